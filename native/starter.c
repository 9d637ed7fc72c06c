/*
 * Starts one step: makes its namespaces and mounts, gives up what a step may not do, runs the command, and is the process
 * 1 that waits for it. It does what the engine's shell scripts do with a dozen programs of util-linux, in one, so that a
 * step starts in a few milliseconds; `starter.ts` writes its instructions, and `sandbox.ts` is the other way.
 *
 * It is started by the worker, which is "root" in a user namespace, in the step's folder, with
 *
 *     descriptor 3   to tell on: `@STAGE` before each stage, `+PATH` for each place that was made in the root to mount on,
 *                    and in a line of its own why it can't go on; `@run` is the last thing it says
 *     descriptor 4   the instructions: words, each ended by NUL, a verb and then its arguments (see `verbs`)
 *
 * Until `run`, nothing of the root is executed: its files are data, and nothing else changes them. A place in it may be
 * behind links, which lead elsewhere for whoever follows them from outside; so `find_place` walks there name by name.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000
#endif

enum { tell = 3, orders = 4, refused = 125, most_links = 40, most_groups = 256 };

/* What a step may still do as "root": what containers commonly leave. Their numbers are those of the kernel. */
static const int kept_capabilities[] = {
    0 /* chown */, 1 /* dac_override */, 3 /* fowner */, 4 /* fsetid */, 5 /* kill */, 6 /* setgid */,
    7 /* setuid */, 8 /* setpcap */, 10 /* net_bind_service */, 13 /* net_raw */, 18 /* sys_chroot */,
    27 /* mknod */, 29 /* audit_write */, 31 /* setfcap */,
};

/* Who the step is: `no_id` for root. */
static const uid_t no_id = (uid_t)-1;
static uid_t step_uid = (uid_t)-1;
static gid_t step_gid;
static gid_t step_groups[most_groups];
static int group_count;
/* Whether ids other than 0 exist in the namespace. */
static int many_ids;

static char **step_env;
static size_t env_count;
static const char *user_home;
static const char *filter_hex = "";

/* ---- telling ---- */

static void say(const char *form, ...) {
    char line[PATH_MAX + 512];
    va_list words;
    va_start(words, form);
    int length = vsnprintf(line, sizeof line - 1, form, words);
    va_end(words);
    if (length > (int)sizeof line - 2) length = sizeof line - 2;
    line[length++] = '\n';
    if (write(tell, line, length) < 0) _exit(refused);
}

static _Noreturn void no(const char *form, ...) {
    char line[PATH_MAX + 256];
    va_list words;
    va_start(words, form);
    vsnprintf(line, sizeof line, form, words);
    va_end(words);
    say("%s", line);
    _exit(refused);
}

static _Noreturn void failed(const char *what, const char *where) {
    no("%s %s: %s", what, where, strerror(errno));
}

static char *joined(const char *a, const char *b, const char *c) {
    char *text;
    if (asprintf(&text, "%s%s%s", a, b, c) < 0) failed("memory", "");
    return text;
}

/* ---- instructions ---- */

static char *next_word, *words_end;

static void read_orders(void) {
    size_t room = 1 << 16, length = 0;
    char *text = malloc(room);
    for (;;) {
        if (text == NULL) failed("memory", "");
        ssize_t got = read(orders, text + length, room - length);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) failed("read", "the instructions");
        if (got == 0) break;
        length += got;
        if (length == room) text = realloc(text, room *= 2);
    }
    if (length == 0 || text[length - 1] != 0) no("the instructions are not whole");
    next_word = text;
    words_end = text + length;
    close(orders);
}

static char *word(void) {
    if (next_word >= words_end) no("the instructions end too early");
    char *found = next_word;
    next_word += strlen(found) + 1;
    return found;
}

/* ---- places in the root ---- */

static void make_own(const char *path) {
    if (step_uid != no_id && lchown(path, step_uid, step_gid) != 0) failed("chown", path);
}

enum last { last_folder, last_file, last_must_exist };

static int is_link(const char *path) {
    struct stat found;
    return lstat(path, &found) == 0 && S_ISLNK(found.st_mode);
}

static int is_folder(const char *path) {
    struct stat found;
    return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

static int exists(const char *path) {
    struct stat found;
    return lstat(path, &found) == 0;
}

static void make_folder(const char *path) {
    if (mkdir(path, 0755) != 0) failed("mkdir", path);
}

static void make_file(const char *path) {
    int file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
    if (file < 0) failed("create", path);
    close(file);
}

/* Where `path` is in `top`, by the links of `top`; what is missing is made, told, and the step user's. */
static char *find_place(const char *top, const char *path, enum last last) {
    char *at = joined(top, "", ""), *rest = joined(path, "/", "");
    int links = 0;
    while (*rest != 0) {
        char *part = rest;
        rest = strchr(rest, '/');
        *rest++ = 0;
        if (*part == 0 || strcmp(part, ".") == 0) continue;
        if (strcmp(part, "..") == 0) {
            if (strcmp(at, top) != 0) *strrchr(at, '/') = 0;
            continue;
        }
        char *next = joined(at, "/", part);
        if (is_link(next)) {
            char target[PATH_MAX];
            if (++links > most_links) no("%s leads in circles in this root", path);
            ssize_t length = readlink(next, target, sizeof target - 1);
            if (length < 0) failed("readlink", next);
            target[length] = 0;
            if (*target == '/') at = joined(top, "", "");
            rest = joined(target, "/", rest);
            continue;
        }
        at = next;
        if (exists(at)) continue;
        if (last == last_must_exist) no("there is no %s in what is mounted", path);
        if (last == last_file && *rest == 0) make_file(at);
        else make_folder(at);
        make_own(at);
        say("+%s", at);
    }
    return at;
}

/* ---- mounts ---- */

static const struct { const char *name; unsigned long flag; } mount_flags[] = {
    {"ro", MS_RDONLY}, {"nosuid", MS_NOSUID}, {"nodev", MS_NODEV}, {"noexec", MS_NOEXEC},
    {"bind", MS_BIND}, {"rbind", MS_BIND | MS_REC},
};

/* What a mount forbids may be locked: a remount that allowed it again would be refused. */
static unsigned long flags_of(const char *path) {
    struct statfs found;
    if (statfs(path, &found) != 0) failed("statfs", path);
    /* The kernel's ST_ and MS_ flags have the same values, except for relatime, which is the default. */
    return (unsigned long)found.f_flags & (MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME);
}

static void make_readonly(const char *path) {
    if (mount(NULL, path, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | flags_of(path), NULL) != 0)
        failed("mount read-only", path);
}

/* As a line of fstab says it. */
static void mount_line(const char *source, const char *target, const char *type, char *options) {
    unsigned long flags = 0;
    char data[512] = "";
    for (char *rest = options, *option; (option = strsep(&rest, ",")) != NULL;) {
        size_t known = 0, count = sizeof mount_flags / sizeof *mount_flags;
        while (known < count && strcmp(option, mount_flags[known].name) != 0) known++;
        if (known < count) {
            flags |= mount_flags[known].flag;
        } else if (*option != 0) {
            if (strlen(data) + strlen(option) + 2 > sizeof data) no("the options of %s are too long", target);
            if (*data != 0) strcat(data, ",");
            strcat(data, option);
        }
    }
    int bind = (flags & MS_BIND) != 0;
    if (mount(source, target, type, bind ? flags & (MS_BIND | MS_REC) : flags, data) != 0)
        failed("mount", target);
    if (bind && (flags & MS_RDONLY)) make_readonly(target);
}

static void mount_overlay(const char *options) {
    if (mount("overlay", "root", "overlay", 0, options) != 0) failed("mount", "overlay");
}

static void bind_at(const char *from, const char *at, const char *how) {
    char *place = find_place(".", at, is_folder(from) ? last_folder : last_file);
    if (mount(from, place, NULL, MS_BIND, NULL) != 0) failed("mount", at);
    if (strcmp(how, "ro") == 0) make_readonly(place);
}

/* ---- verbs ---- */

static void do_say(void) { say("@%s", word()); }

static void do_overlay(void) {
    mount_overlay(word());
    if (chdir("root") != 0) failed("enter", "root");
}

static void do_place(void) {
    const char *name = word();
    if (is_link(name) || (exists(name) && !is_folder(name))) no("/%s is not a folder in this root", name);
    if (!exists(name)) make_folder(name);
}

static void do_etc(void) {
    char *path = joined("etc/", word(), "");
    if (is_link(path) && unlink(path) != 0) failed("remove", path);
    if (!exists(path)) make_file(path);
}

static void do_mount(void) {
    const char *source = word(), *target = word(), *type = word();
    mount_line(source, target, type, word());
}

static void do_own(void) { make_own(word()); }

static void do_bind(void) {
    const char *from = word(), *at = word();
    bind_at(from, at, word());
}

static void do_memory(void) {
    char *place = find_place(".", word(), last_folder);
    if (mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NODEV, word()) != 0) failed("mount", place);
}

/* Another stack of layers, or a place in it. */
static void do_state(void) {
    const char *name = word(), *options = word(), *selector = word(), *at = word(), *how = word();
    if (chdir(joined("../", name, "")) != 0) failed("enter", name);
    mount_overlay(options);
    if (chdir("../root") != 0) failed("enter", "root");
    char *top = joined("../", name, "/root");
    bind_at(*selector == 0 ? top : find_place(top, selector, last_must_exist), at, how);
}

/* The step's working folder, which need not be there; one that is behind links is the root's own affair. */
static void do_folder(void) {
    char *rest = word(), *path = ".", *part;
    while ((part = strsep(&rest, "/")) != NULL) {
        path = joined(path, "/", part);
        if (is_link(path)) return;
        if (!is_folder(path)) make_folder(path);
    }
}

static void do_readonly(void) { make_readonly("."); }

static void do_loopback(void) {
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING | IFF_LOOPBACK};
    int link = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    /* A kernel without it has no loopback to bring up. */
    if (link >= 0 && ioctl(link, SIOCSIFFLAGS, &request) == 0) close(link);
}

static void do_move(void) {
    if (mount(".", "/", NULL, MS_MOVE, NULL) != 0) failed("move", "the root");
    if (chroot(".") != 0 || chdir("/") != 0) failed("enter", "the root");
}

static void do_filter(void) { filter_hex = word(); }

static void do_env(void) {
    step_env = realloc(step_env, (env_count + 3) * sizeof *step_env);
    if (step_env == NULL) failed("memory", "");
    step_env[env_count++] = word();
    step_env[env_count] = NULL;
}

/* ---- the step's user, by the root's own files: asking the C library would look elsewhere ---- */

static unsigned long number(const char *text, const char *whose) {
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != 0 || errno != 0 || value >= 0xffffffffUL)
        no("the ids of user %s are not numbers", whose);
    return value;
}

static int split(char *line, char **fields, int most) {
    int count = 0;
    line[strcspn(line, "\n")] = 0;
    while (count < most && (fields[count] = strsep(&line, ":")) != NULL) count++;
    return count;
}

static FILE *open_names(const char *path) {
    int file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0 && errno == ELOOP) no("/%s is a link in this root", path);
    return file < 0 ? NULL : fdopen(file, "r");
}

static void look_up_user(const char *name, char **found_name) {
    char *line = NULL, *fields[7];
    size_t room = 0;
    FILE *file = open_names("etc/passwd");
    while (file != NULL && getline(&line, &room, file) >= 0) {
        if (split(line, fields, 7) < 6) continue;
        if (strcmp(fields[0], name) != 0 && strcmp(fields[2], name) != 0) continue;
        *found_name = strdup(fields[0]);
        step_uid = number(fields[2], name);
        step_gid = number(fields[3], name);
        user_home = strdup(fields[5]);
        break;
    }
    if (file != NULL) fclose(file);
}

static int is_member(const char *name, char *members) {
    for (char *member; (member = strsep(&members, ",")) != NULL;)
        if (strcmp(member, name) == 0) return 1;
    return 0;
}

static void look_up_groups(const char *name, const char *group) {
    char *line = NULL, *fields[4];
    size_t room = 0;
    FILE *file = open_names("etc/group");
    while (file != NULL && getline(&line, &room, file) >= 0) {
        if (split(line, fields, 4) < 3) continue;
        if (group != NULL && (strcmp(group, fields[0]) == 0 || strcmp(group, fields[2]) == 0))
            step_gid = number(fields[2], name);
        if (fields[3] != NULL && is_member(name, fields[3]) && group_count < most_groups - 1)
            step_groups[group_count++] = number(fields[2], name);
    }
    if (file != NULL) fclose(file);
}

/* `name`, `uid`, `name:group` …; every root has its own. */
static void do_user(void) {
    char *name = word(), *group = strchr(name, ':'), *found_name = name;
    if (!many_ids) {
        user_home = "/root";
        return;
    }
    if (group != NULL) *group++ = 0;
    if (is_link("etc")) no("/etc/passwd is a link in this root");
    look_up_user(name, &found_name);
    if (step_uid == no_id) {
        if (*name == 0 || name[strspn(name, "0123456789")] != 0) no("no user %s in this root", name);
        step_uid = number(name, name);
        step_gid = 0;
    }
    look_up_groups(found_name, group);
    step_groups[group_count++] = step_gid;
}

static void do_ids(void) { many_ids = strcmp(word(), "many") == 0; }

/* ---- giving up ---- */

struct cap_header { unsigned version; int pid; };
struct cap_data { unsigned effective, permitted, inheritable; };

static void drop_capabilities(void) {
    unsigned long long kept = 0;
    for (size_t i = 0; i < sizeof kept_capabilities / sizeof *kept_capabilities; i++)
        kept |= 1ULL << kept_capabilities[i];
    for (int one = 0; one < 64; one++) {
        if ((kept >> one) & 1) continue;
        /* The first number that the kernel doesn't know ends the list. */
        if (prctl(PR_CAPBSET_DROP, one, 0, 0, 0) != 0 && errno == EINVAL) break;
    }
    struct cap_header header = {0x20080522, 0};
    struct cap_data sets[2] = {{(unsigned)kept, (unsigned)kept, 0}, {0, 0, 0}};
    if (syscall(SYS_capset, &header, sets) != 0) failed("give up", "capabilities");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) failed("give up", "new privileges");
}

static void become_user(void) {
    if (!many_ids) return;
    if (setgroups(group_count, step_groups) != 0) failed("set", "groups");
    if (step_uid == no_id) return;
    if (setresgid(step_gid, step_gid, step_gid) != 0) failed("set", "the group");
    if (setresuid(step_uid, step_uid, step_uid) != 0) failed("set", "the user");
}

struct filter_program { unsigned short length; unsigned char *instructions; };

static void load_filter(void) {
    size_t length = strlen(filter_hex) / 2;
    if (length == 0) return;
    unsigned char *bytes = malloc(length);
    for (size_t i = 0; i < length; i++) {
        char pair[3] = {filter_hex[2 * i], filter_hex[2 * i + 1], 0};
        bytes[i] = (unsigned char)strtoul(pair, NULL, 16);
    }
    struct filter_program program = {(unsigned short)(length / 8), bytes};
    if (prctl(PR_SET_SECCOMP, 2, &program, 0, 0) != 0) failed("load", "the filter of system calls");
}

/* ---- the command ---- */

static pid_t command_pid;

static void pass_on(int signal) {
    if (command_pid > 0) kill(command_pid, signal);
}

static const int passed_signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};

static void pass_signals_on(void (*handler)(int)) {
    for (size_t i = 0; i < sizeof passed_signals / sizeof *passed_signals; i++)
        signal(passed_signals[i], handler);
}

static int exit_code(int status) {
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Waits for one child, and lets every other that ends go; 128 and the signal where one ended it. */
static int wait_for(pid_t child) {
    for (;;) {
        int status;
        pid_t ended = wait(&status);
        if (ended == child) return exit_code(status);
        if (ended < 0 && errno != EINTR) return refused;
    }
}

static _Noreturn void execute(char **args) {
    execvpe(args[0], args, step_env);
    int error = errno;
    if (error == ENOEXEC) {
        /* A script that doesn't say whose: a shell's, as shells have it. */
        size_t count = 0;
        while (args[count] != NULL) count++;
        char **shell = calloc(count + 2, sizeof *shell);
        shell[0] = "/bin/sh";
        memcpy(shell + 1, args, count * sizeof *args);
        execve(shell[0], shell, step_env);
    }
    dprintf(2, "%s: %s\n", args[0], error == ENOENT ? "not found" : strerror(error));
    _exit(error == ENOENT ? 127 : 126);
}

static const char *variable(const char *name) {
    size_t length = strlen(name);
    for (size_t i = 0; i < env_count; i++)
        if (strncmp(step_env[i], name, length) == 0 && step_env[i][length] == '=') return step_env[i] + length + 1;
    return NULL;
}

/* The working folder, and the command to the end of the instructions. */
static void do_run(void) {
    const char *folder = word();
    char **args = calloc(words_end - next_word + 1, sizeof *args);
    for (size_t count = 0; next_word < words_end; count++) args[count] = word();
    if (args[0] == NULL) no("there is no command");
    if (step_env == NULL) step_env = calloc(3, sizeof *step_env);
    if (user_home != NULL && variable("HOME") == NULL) step_env[env_count++] = joined("HOME=", user_home, "");
    step_env[env_count] = NULL;
    /* Where `execvpe` looks. */
    const char *path = variable("PATH");
    if (path != NULL) setenv("PATH", path, 1);
    drop_capabilities();
    load_filter();
    pass_signals_on(pass_on);
    say("@run");
    close(tell);
    command_pid = fork();
    if (command_pid < 0) _exit(refused);
    if (command_pid == 0) {
        pass_signals_on(SIG_DFL);
        /* What the step sends to its own group is not for process 1. */
        setsid();
        become_user();
        if (chdir(folder) != 0) {
            dprintf(2, "%s: %s\n", folder, strerror(errno));
            _exit(refused);
        }
        execute(args);
    }
    _exit(wait_for(command_pid));
}

static const struct { const char *name; void (*perform)(void); } verbs[] = {
    {"say", do_say}, {"ids", do_ids}, {"overlay", do_overlay}, {"place", do_place}, {"etc", do_etc},
    {"user", do_user}, {"mount", do_mount}, {"own", do_own}, {"bind", do_bind}, {"memory", do_memory},
    {"state", do_state}, {"folder", do_folder}, {"readonly", do_readonly}, {"loopback", do_loopback},
    {"move", do_move}, {"filter", do_filter}, {"env", do_env}, {"run", do_run},
};

static _Noreturn void set_up(void) {
    for (;;) {
        const char *verb = word();
        size_t at = 0, count = sizeof verbs / sizeof *verbs;
        while (at < count && strcmp(verb, verbs[at].name) != 0) at++;
        if (at == count) no("the instruction %s is not known", verb);
        verbs[at].perform();
    }
}

/* Argument: `network` for a step that has the network of the machine. */
int main(int count, char **args) {
    int network = count > 1 && strcmp(args[1], "network") == 0;
    fcntl(tell, F_SETFD, FD_CLOEXEC);
    umask(022);
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    /* The step sees it as process 1, and nothing of where this file is. */
    prctl(PR_SET_NAME, "init", 0, 0, 0);
    say("@unshare");
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    int spaces = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWCGROUP | (network ? 0 : CLONE_NEWNET);
    if (unshare(spaces) != 0) failed("unshare", "namespaces");
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) failed("mount", "/");
    read_orders();
    command_pid = fork();
    if (command_pid < 0) failed("fork", "");
    if (command_pid == 0) {
        /*
         * Process 1 of the step: with it everything ends. The step sees it in its /proc, and may not reach this file, the
         * machine's own, through it.
         */
        prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) failed("hide", "process 1");
        set_up();
    }
    close(tell);
    pass_signals_on(pass_on);
    return wait_for(command_pid);
}
