// The disk that workspaces take, in words: `20.0 GB`, `0.4 MB`. Pure.
export function diskWords(bytes: number): string {
  return bytes >= 1024 ** 3 ? `${(bytes / 1024 ** 3).toFixed(1)} GB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}
