// A name in a document of people's that this version does not know. What stands there may be a slip, or what a newer version knows: nobody
// here can tell what it asks for, so it is never obeyed and never passed over (D4).

export interface UnknownField {
  readonly field: string;
  /** The known name that is nearest; null = none is near. */
  readonly meant: string | null;
}

/** `unknown field "aproval"; did you mean "approval"?`: the sentence that every face shows. */
export function unknownFieldSentence({ field, meant }: UnknownField): string {
  return `unknown field "${field}"${meant === null ? '' : `; did you mean "${meant}"?`}`;
}
