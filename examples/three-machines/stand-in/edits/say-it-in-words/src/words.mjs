export function inWords(celsius) {
  if (celsius < 0) return 'freezing';
  if (celsius < 15) return 'cool';
  return celsius < 30 ? 'mild' : 'hot';
}
