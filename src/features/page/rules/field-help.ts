// The help for one field of an order.
export interface FieldHelp {
  readonly name: string;
  readonly words: string;
  readonly expected: string;
}
