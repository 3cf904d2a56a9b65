// Draws a part anew only where it is given something else. (A drawn part that is kept in a hook instead keeps all that was ever drawn around it.)
import { Component, type ComponentType } from 'preact';

export function unlessSame<P extends object>(Part: ComponentType<P>): ComponentType<P> {
  return class UnlessSame extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const names = Object.keys(next) as (keyof P)[];
      return names.some((name) => next[name] !== (this.props as P)[name]);
    }

    override render(props: P) {
      return <Part {...props} />;
    }
  };
}
