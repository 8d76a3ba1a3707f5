/** Of a flag that may be given several times: all of its values. */
export const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]
