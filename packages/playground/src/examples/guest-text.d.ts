// SPDX-License-Identifier: MIT
// Files of examples are bundled as text (see build.mjs).
declare module "*.guest.js" {
  const text: string;
  export default text;
}
