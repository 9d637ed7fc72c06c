/** Platform tags that PyPI takes besides the numbered ones (pypi/warehouse, forklift/legacy.py, read in August 2026). */
const TAKEN = new Set([
  'any',
  'win32',
  'win_amd64',
  'win_arm64',
  'win_ia64',
  'manylinux1_x86_64',
  'manylinux1_i686',
  'manylinux2010_x86_64',
  'manylinux2010_i686',
  'manylinux2014_x86_64',
  'manylinux2014_i686',
  'manylinux2014_aarch64',
  'manylinux2014_armv7l',
  'manylinux2014_ppc64',
  'manylinux2014_ppc64le',
  'manylinux2014_s390x',
  'linux_armv6l',
  'linux_armv7l',
]);

const TAKEN_FORMS = [
  /^manylinux_\d+_\d+_(?:x86_64|i686|aarch64|armv7l|ppc64le|s390x|ppc64|riscv64)$/,
  /^musllinux_\d+_\d+_(?:x86_64|i686|aarch64|armv7l|ppc64le|s390x|riscv64)$/,
  /^macosx_(?:10_\d+|(?:1[1-5]|26)_0)_\w+$/,
  /^ios_\d+_\d+_\w+$/,
  /^android_\d+_\w+$/,
  /^py(?:emscripten|odide)_\d+_\d+_wasm32$/,
];

/** Whether PyPI takes an upload with this platform tag. It looks at the tag alone, never at the files. */
export function pypiTakes(platform: string): boolean {
  return TAKEN.has(platform) || TAKEN_FORMS.some((form) => form.test(platform));
}
