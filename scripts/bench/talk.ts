// A process of the bench that is asked and answers, one question at a time.
import { fork } from 'node:child_process';
import { join } from 'node:path';

export interface Talk<Question extends object, Answer> {
  /** What it said when it was ready. */
  readonly first: Answer;
  ask(question: Question): Promise<Answer>;
  /** It ends when nobody listens any more. */
  close(): void;
}

/** `name`: one of the bundles beside this one. */
export async function startTalk<Question extends object, Answer>(
  name: string,
  argument: string,
): Promise<Talk<Question, Answer>> {
  const child = fork(join(import.meta.dirname, `${name}.js`), [argument]);
  const heard = () =>
    new Promise<Answer>((resolve, reject) => {
      const gone = () => reject(new Error(`${name} of the bench ended`));
      child.once('exit', gone);
      child.once('message', (answer) => {
        child.off('exit', gone);
        resolve(answer as Answer);
      });
    });
  return {
    first: await heard(),
    ask(question) {
      const answer = heard();
      child.send(question);
      return answer;
    },
    close: () => void (child.connected && child.disconnect()),
  };
}
