// Says which outputs of a run decide what follows it, and stay where others go. Pure.

type Outputs = Readonly<Record<string, string>>;

export function decidingIn(outputs: Outputs): Outputs {
  return { ...sessionIn(outputs), ...askedIn(outputs) };
}

/** O17: where an agent can go on, and what that has told of its cost (O21.1). */
export function sessionIn({ agent, session, session_told: told }: Outputs): Outputs {
  return agent === undefined || session === undefined
    ? {}
    : { agent, session, ...(told === undefined ? {} : { session_told: told }) };
}

/** O18: what it waits for. */
function askedIn({ question, question_to: to }: Outputs): Outputs {
  return question === undefined ? {} : { question, ...(to === undefined ? {} : { question_to: to }) };
}
