import type { FailureClass } from '../failure-class.ts';

export const kernelHeadersMissing: FailureClass = {
  class: 'kernel-headers-missing',
  signs: [
    {
      says: /configure: error: .{0,60}(?<header>(?:linux|asm|asm-generic)\/[\w-]+\.h)\b/,
      unless: /too old|newer/,
      sure: 0.88,
    },
    {
      says: /(?<header>\w+\.h) is required.{0,20}install (?:the )?linux-headers\b|\binstall (?:the )?'?linux-(?:libc-dev|headers)'?(?: package)?\b/,
      unless: /optional|^#\d* ?(?:\[|RUN)/,
      sure: 0.86,
    },
    {
      says: /Missing \S+ kernel headers for module (?<module>\S+)|kernel-headers package not installed|Your kernel headers for kernel \S+ cannot be found|install the linux-headers-\S+ package/,
      sure: 0.9,
    },
    {
      says: /'?(?<header>(?:linux|asm|asm-generic)\/[\w-]+\.h)'?.{0,60}(?:include files? (?:are|is) missing|header (?:is )?required|headers? (?:are|is) missing)/,
      unless: /checking/,
      sure: 0.92,
    },
    {
      says: /Kernel configuration is invalid|Unable to find the kernel source tree for the currently running kernel/,
      sure: 0.86,
    },
    {
      says: /missing (?:required )?(?:header|include)(?: file)? <?(?<header>(?:linux|asm|asm-generic)\/[\w-]+\.h)/,
      sure: 0.9,
    },
    {
      says: /kernel header file '?<?(?<header>\w+\/[\w-]+\.h)|\bis kernel headers package installed/,
      sure: 0.93,
    },
    { says: /'(?<header>(?:linux|asm|asm-generic)\/\w+\.h)' file not found/, sure: 0.92 },
    {
      says: /fatal error: '?(?<header>(?:linux|asm|asm-generic|mtd|scsi|rdma|drm|sound|video|xen|misc|generated)\/[\w/.-]+\.h)'?(?:: No such file| file not found)/,
      sure: 0.92,
    },
    {
      says: /\/lib\/modules\/\S+\/(?:build|source)\S*: No such file or directory|No rule to make target.{0,20}modules|\*\*\* \/lib\/modules\/[^ :]+: /,
      sure: 0.85,
    },
    {
      says: /(?:kernel|linux)[- ](?:headers?(?: files?)?|sources?)(?: for \S+)?.{0,60}(?:(?:not|aren't) (?:properly )?(?:found|installed)|cannot be found|could not be found|missing|unable to (?:find|locate)|required|are needed)/,
      unless: /checking|apt|Unable to locate package|apk|^CMake Warning|warning:|disabl|without/,
      sure: 0.85,
    },
    {
      says: /(?:Unable to find|cannot find|could not find|couldn't find|unable to locate) (?:the )?(?:kernel|linux)[- ](?:headers|source|build)/,
      unless: /locate package/,
      sure: 0.88,
    },
    {
      says: /(?<header>linux\/[\w-]+\.h)'?(?: header)?:? (?:not found|is missing|missing|required)/,
      unless: /checking|-- /,
      sure: 0.8,
    },
  ],
  cause: "the kernel's headers for programs ({header|linux/*.h}) are not installed",
  cure: {
    any: '`apt-get install linux-libc-dev`, `apk add linux-headers`, `dnf install kernel-headers`; for modules of the kernel those of the running one (`linux-headers-$(uname -r)`)',
    debian: '`apt-get install linux-libc-dev`; for modules of the kernel `linux-headers-$(uname -r)`',
    alpine: '`apk add linux-headers`',
    fedora: '`dnf install kernel-headers`; for modules `kernel-devel-$(uname -r)`',
  },
  explains: ['dev-package-missing', 'musl-missing-header'],
  references: ['https://pkgs.alpinelinux.org/package/edge/main/x86_64/linux-headers'],
  examples: [
    'src/net.c:4:10: fatal error: linux/if_tun.h: No such file or directory',
    'psutil/_psutil_linux.c:17:10: fatal error: linux/ethtool.h: No such file or directory',
    '/usr/include/errno.h:28:10: fatal error: asm/errno.h: No such file or directory',
  ],
  lookAlikes: ['src/x.c:1:10: fatal error: mylinux.h: No such file or directory'],
};
