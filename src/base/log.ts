export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
/** Where a room writes what a developer may need later; never pictures, tokens or secrets. */
export type Log = (level: LogLevel, message: string, details?: Readonly<Record<string, unknown>>) => void
export const silent: Log = () => {}
