/** Characters that are not seen where they stand. */

/** Control characters, and marks that turn the reading direction of what follows. */
export const unseenCharacters = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu
