/** How much of a computer is in use, by whatever runs there: shares from 0 to 1, in tenths. */
export interface Usage {
  readonly cpu: number;
  readonly memory: number;
}
