/** What a person deleted is kept for so long, and can be restored. */
export const keptDeletedMs = 30 * 24 * 3600 * 1000
