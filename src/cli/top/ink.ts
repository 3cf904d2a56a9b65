// The terminal library, in a file of its own: the build makes one file of it and of all that it needs (scripts/bundle-ink.mjs), so that
// nobody installs it and only `coord top` loads it.
export { Box, render, Text, useInput } from 'ink';
export { createElement, useEffect, useState } from 'react';
export { default as stringWidth } from 'string-width';
