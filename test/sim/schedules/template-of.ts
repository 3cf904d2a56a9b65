/** The text of fleet.yaml with this version of the template, whose steps are all for machine 1; of a step with a number, for that one. */
export function templateOf(v: string, ...steps: readonly (string | readonly [id: string, machine: number])[]): string {
  const written = steps.map((step) => {
    const [id, machine] = typeof step === 'string' ? [step, 1] : step;
    return `{ id: ${id}, assign: ${machine}, run: 'true' }`;
  });
  return `templates: { t: { with: { v: ${v} }, steps: [${written.join(', ')}] } }\n`;
}
