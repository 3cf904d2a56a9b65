// node src/main.mjs 20 → 20 °C is 68 °F: mild
import { toFahrenheit } from './convert.mjs';
import { inWords } from './words.mjs';

const celsius = Number(process.argv[2]);
if (process.argv[2] === undefined || Number.isNaN(celsius)) {
  console.error('usage: node src/main.mjs <degrees in Celsius>');
  process.exit(2);
}
console.log(`${celsius} °C is ${toFahrenheit(celsius)} °F: ${inWords(celsius)}`);
