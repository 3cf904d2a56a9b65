import { expect, test } from 'vitest';
import { blockState, withBlock, withoutBlock } from '../../../src/features/hooks/documents/instruction-block.ts';

test('M9 where an end mark was lost, what stands behind is other people’s and stays', () => {
  const broken = '<!-- coord -->\n## coord\nold\n\n# MY NOTES\nprecious\n';
  expect(blockState(broken)).toBe('absent');
  const once = withBlock(broken);
  expect(withBlock(once)).toBe(once);
  expect(blockState(once)).toBe('as written');
  expect(withoutBlock(once)).toBe(broken);
});
