import type { FailureClass } from '../failure-class.ts';

export const cpuIsaTooOld: FailureClass = {
  class: 'cpu-isa-too-old',
  signs: [
    {
      says: /This system does not meet the minimum requirements for use of the Intel|(?:compiled|built) for x86-64-v(?<need>\d)\b|missing one or more of the following instruction sets|CPU (?:lacks|is missing) (?:a |the )?required (?:CPU )?feature|requires CPU features that are not/,
      unless: /, using|falling back|disabl|--march|-march/,
      sure: 0.86,
    },
    {
      says: /returned a non-zero code: 132\b|did not complete successfully: exit code: 132\b/,
      without: /\bqemu|emulat/,
      sure: 0.78,
    },
    {
      says: /verify that both the operating system and the processor support Intel|(?:processor|CPU|machine) (?:does not|doesn't) (?:support|have) (?:all (?:of )?the )?(?:(?:required|following|needed|necessary) )?(?:instruction|CPU feature|AVX|SSE|feature)/,
      unless: /, using|falling back|disabl/,
      sure: 0.88,
    },
    {
      says: /Ungültiger Maschinenbefehl|非法指令|Instruction (?:non permise|illégale)|Instrucción ilegal|Instrução ilegal|Недопустимая (?:инструкция|команда) \(/,
      unless: /qemu/,
      without: /qemu|--platform[= ]linux|emulat/,
      sure: 0.75,
    },
    {
      says: /machine does not support all of the following CPU features|requires a newer \S+ processor compliant with/,
      sure: 0.95,
    },
    {
      says: /CPU (?:lacks|is missing|does not (?:have|support)) (?:the )?(?:required |needed )?(?:CPU )?(?:features?|instructions?|extensions?):? .{0,40}(?:avx|sse4|fma|bmi|neon|popcnt|aes)/,
      sure: 0.9,
    },
    { says: /\btraps?:? .{0,40}\binvalid opcode\b/, unless: /qemu/, sure: 0.82 },
    { says: /Fatal glibc error: CPU (?:lacks|does not support)/, sure: 0.96 },
    {
      says: /(?:compiled|built|optimi[sz]ed) to use (?:AVX|SSE|FMA)\S* instructions|these aren't available on your machine/,
      unless:
        /oneAPI|oneDNN|performance-critical|rebuild TensorFlow|(?:wasn't|was not) compiled|could speed up/,
      sure: 0.92,
    },
    { says: /NumPy was built with baseline optimizations/, sure: 0.95 },
    { says: /CPU does not support x86-64-v\d/, sure: 0.97 },
    { says: /CPU ISA level is lower than required/, sure: 0.97 },
    {
      says: /(?:CPU|processor|machine) (?:\w+ ){0,3}(?:lacks|does not support|doesn't support|doesn't have|does not have|without) (?:\w+ ){0,4}(?:AVX|SSE|BMI|x86-64|FMA|POPCNT|instruction|NEON|LSE|SVE)/,
      unless: /, using|falling back|disabl/,
      sure: 0.9,
    },
    {
      says: /(?:requires|required|needs?) (?:a )?(?:\w+ ){0,5}(?:AVX2?|AVX-?512|SSE4\.?[12]?|SSSE3|BMI2|x86-64-v[234]|POPCNT)\b/,
      unless: /optional|if (?:avail|support)/,
      sure: 0.8,
    },
    { says: /can only be run on \S+ processors with v\d microarchitecture/, sure: 0.96 },
    { says: /Missing required CPU features/, sure: 0.93 },
    { says: /built with baseline optimizations.*(?:machine|CPU) doesn't support/, sure: 0.95 },
    {
      says: /\bIllegal (?:hardware )?instruction\b/,
      unless: /qemu/,
      without: /qemu|--platform[= ]linux|emulat/,
      sure: 0.75,
    },
    {
      says: /\bSIGILL\b|signal(?::| )4\b|exit(?:ed with)? (?:code|status):? 132\b/,
      unless: /qemu|QEMU/,
      without: /qemu|emulat/,
      sure: 0.68,
    },
    { says: /illegal instruction/, beside: /avx|sse4|x86-64-v|march=native/, unless: /qemu/, sure: 0.8 },
    { says: /Fatal glibc error: CPU does not support/, sure: 0.97 },
  ],
  cause:
    'the program or the libc is made for a newer CPU level than this CPU, or the CPU that the virtual machine shows, has',
  cure: "give the virtual machine the host's CPU (`-cpu host`, host-passthrough, x86-64-v2-AES), take an image of the lower level, or build with `-march=x86-64`; not `-march=native`",
  explains: ['oom-kill'],
  references: [
    'https://github.com/opensearch-project/opensearch-build/issues/5120',
    'https://github.com/oven-sh/bun/issues/1021',
  ],
  examples: [
    'Fatal glibc error: CPU does not support x86-64-v2',
    '/lib64/libc.so.6: CPU ISA level is lower than required',
    'npm test\nIllegal instruction (core dumped)',
  ],
  lookAlikes: [
    "The TensorFlow library wasn't compiled to use AVX instructions, but these are available on your machine and could speed up CPU computations.",
    'qemu: uncaught target signal 4 (Illegal instruction) - core dumped',
    'checking whether CPU supports AVX2... no',
  ],
};
