// Names a machine to people, as every face does.

/** `2 pc`; `2` where its name is empty or not known. */
export function numberedName(number: number | string, name = ''): string {
  return `${number} ${name}`.trim();
}

/** The same of one that STATUS.json or a view may list. */
export function listedName(number: number | string, machines: Readonly<Record<string, { readonly name: string }>> = {}): string {
  return numberedName(number, machines[String(number)]?.name);
}
