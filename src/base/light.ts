/** Shares of red, green and blue in the light of a pixel (ITU-R BT.601). */
export const lightShares = [0.299, 0.587, 0.114] as const
