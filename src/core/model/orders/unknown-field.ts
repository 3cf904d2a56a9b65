// A field in people's documents that this version does not know. It may be a slip, or a field of a newer version. Nobody here can tell what
// it asks for, so it is never obeyed and never ignored (D4).

export interface UnknownField {
  readonly field: string;
  /** The known name that is nearest; null = none is near. */
  readonly meant: string | null;
}

/** `unknown field "aproval"; did you mean "approval"?`: the sentence that every face shows. */
export function unknownFieldSentence({ field, meant }: UnknownField): string {
  return `unknown field "${field}"${meant === null ? '' : `; did you mean "${meant}"?`}`;
}
