// One flat value as YAML that reads back as the same value and type, on one line, with nothing invisible in it.
import type { Scalar } from '../../core/model/machines/machine.ts';
import { visibleJson } from '../text/escape-text.ts';

const PLAIN = /^[A-Za-z0-9](?:[A-Za-z0-9 ._,/:+@()-]*[A-Za-z0-9._,/+@()-])?$/;
/** What YAML 1.2 core, or an older YAML on a host's page, reads as something else than text. */
const TYPED = /^(?:null|true|false|yes|no|on|off|y|n|[-+.\d][\d_.,:eExXoOa-fA-F+-]*|\.?(?:inf|nan))$/i;

/** Writes a scalar; text is double-quoted in JSON's way wherever plain text could be read as anything else. */
export function renderScalar(value: Scalar): string {
  if (typeof value !== 'string') return Object.is(value, -0) ? '-0' : String(value);
  const plain = PLAIN.test(value) && !TYPED.test(value) && !value.includes(': ') && value.length <= 1000;
  return plain ? value : visibleJson(JSON.stringify(value));
}
