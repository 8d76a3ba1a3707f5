/** Asking a run's discriminator about pictures. */
import { studio } from '../client.ts'
import { Asking } from './asking.svelte.ts'
import { oneForEach } from './one-for-each.ts'

export const inspectingOf = oneForEach((runId) => new Asking('inspect', (tickets) => studio.call('runs.inspect', { id: runId, tickets })))
