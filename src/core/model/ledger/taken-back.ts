// What became of a ref beside the lane, as the folder that put it there was purged, or its machine removed (I4).
export interface TakenBack {
  readonly ref: string;
  /** Why it is still there; null = it is gone. */
  readonly why: string | null;
}
