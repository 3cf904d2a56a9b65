// The size of a file in words: `1200 B`, `40 kB`, `12 MB`.
export const sizeWords = (bytes: number): string =>
  bytes < 10_000 ? `${bytes} B` : bytes < 10_000_000 ? `${Math.round(bytes / 1000)} kB` : `${Math.round(bytes / 1_000_000)} MB`;
