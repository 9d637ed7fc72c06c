// Prints, as JSON, the bytes that BuildKit's own Go client makes of the graphs in test/unit/graph/samples.ts.
// To renew: cd test/oracle/llb && go mod tidy && go run . > ../../unit/graph/vectors.json
package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"os"
	"time"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/solver/pb"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
	"google.golang.org/protobuf/proto"
)

type vector struct {
	// Each operation, inputs first, the last with nothing but inputs.
	Def []string `json:"def"`
	// All of pb.Definition, map keys sorted, without the mapping to source files.
	Definition string `json:"definition"`
}

var (
	amd64 = ocispecs.Platform{OS: "linux", Architecture: "amd64"}
	armv7 = ocispecs.Platform{OS: "linux", Architecture: "arm", Variant: "v7"}
	noon  = time.Date(2024, 2, 29, 12, 0, 0, 500_000_000, time.UTC)
)

func named(name string) llb.ConstraintsOpt { return llb.WithCustomName(name) }

func abstract(id string, attrs map[string]string) llb.State {
	c := llb.Constraints{}
	named(id).SetConstraintsOption(&c)
	return llb.NewState(llb.NewSource(id, attrs, c).Output()).Platform(amd64)
}

func image() llb.State {
	id := "docker.io/library/alpine:3.20"
	return llb.Image(id, llb.Platform(amd64), named("docker-image://"+id))
}

func sh(script string) llb.RunOption { return llb.Args([]string{"/bin/sh", "-eu", "-c", script}) }

func samples() map[string]llb.State {
	folder := abstract("targetry.folder://source", nil)
	other := abstract("targetry.folder://other", nil)
	base := image()
	return map[string]llb.State{
		"source":            folder,
		"source attributes": abstract("example.scheme://a", map[string]string{"z": "last", "a": "first", "é": "", "～": "bmp", "😀": "astral"}),
		"image":             base,
		"image arm/v7":      llb.Image("docker.io/library/alpine:3.20", llb.Platform(armv7), named("docker-image://docker.io/library/alpine:3.20")),
		"run": base.Dir("/src").AddEnv("A", "1").AddEnv("PATH", "/bin").User("build:users").
			Run(sh("make"), named("make")).Root(),
		"run without network": base.Network(llb.NetModeNone).Run(sh("true"), named("[musl] true")).Root(),
		"run on scratch":      llb.Scratch().Platform(amd64).Run(llb.Args([]string{"/init", "", "ü"}), named("init")).Root(),
		"run arm/v7": llb.Image("docker.io/library/alpine:3.20", llb.Platform(armv7), named("docker-image://docker.io/library/alpine:3.20")).
			Run(sh("true"), named("true")).Root(),
		"mounts": base.Run(sh("true"), named("mounts"),
			llb.AddMount("/work", folder),
			llb.AddMount("/in", folder, llb.Readonly, llb.SourcePath("/sub")),
			llb.AddMount("/empty", llb.Scratch()),
			llb.AddMount("/cache/a", llb.Scratch(), llb.AsPersistentCacheDir("a", llb.CacheMountShared)),
			llb.AddMount("/cache/b", llb.Scratch(), llb.AsPersistentCacheDir("b", llb.CacheMountLocked)),
			llb.AddMount("/cache/c", other, llb.AsPersistentCacheDir("c", llb.CacheMountPrivate)),
			llb.AddMount("/tmp", llb.Scratch(), llb.Tmpfs()),
			llb.AddMount("/tmp/big", llb.Scratch(), llb.Tmpfs(llb.TmpfsSize(8<<30))),
		).Root(),
		"output of a mount": func() llb.State {
			run := base.Run(sh("true"), named("mounts"), llb.AddMount("/b", folder, llb.Readonly))
			return run.AddMount("/out", other)
		}(),
		"read-only root": func() llb.State {
			run := base.Run(sh("true"), named("true"), llb.ReadonlyRootFS())
			return run.AddMount("/out", llb.Scratch())
		}(),
		"secrets": base.Run(sh("true"), named("secrets"),
			llb.AddSecret("/run/secrets/a", llb.SecretID("a")),
			llb.AddSecret("/run/secrets/b", llb.SecretID("b"), llb.SecretFileOpt(1000, 100, 0440), llb.SecretOptional),
			llb.AddSecret("NPM_TOKEN", llb.SecretID("npm"), llb.SecretAsEnv(true)),
			llb.AddSecret("TOKEN", llb.SecretID("token"), llb.SecretAsEnv(true), llb.SecretOptional),
		).Root(),
		"agents": base.Run(sh("true"), named("agents"),
			llb.AddSSHSocket(llb.SSHID("default"), llb.SSHSocketTarget("/run/agent")),
			llb.AddSSHSocket(llb.SSHID("other"), llb.SSHSocketOpt("/run/other", 1000, 100, 0660), llb.SSHOptional),
			llb.AddSecret("/run/token", llb.SecretID("token")),
		).Root(),
		"copy": base.File(llb.Copy(folder, "/", "/src"), named("copy / to /src")),
		"copy to scratch": llb.Scratch().File(llb.Copy(folder, "a/../b/", "dir/"), named("copy")).
			File(llb.Copy(folder, "/x", "/y/."), named("copy")),
		"copy onto itself": folder.File(llb.Copy(folder, "/a", "/b"), named("copy")),
		"copy with options": base.File(llb.Copy(folder, "/*.c", "/src/", &llb.CopyInfo{
			Mode: &llb.ChmodOpt{Mode: 0o640}, FollowSymlinks: true, CopyDirContentsOnly: true, CreateDestPath: true, AllowWildcard: true,
			AllowEmptyWildcard: true, ChownOpt: &llb.ChownOpt{User: &llb.UserOpt{Name: "build"}, Group: &llb.UserOpt{UID: 0}}, CreatedTime: &noon,
		}), named("copy")),
		"copy with patterns": base.File(llb.Copy(folder, "/", "/src", &llb.CopyInfo{
			IncludePatterns: []string{"*.c", "b/**"}, ExcludePatterns: []string{"a"}, AlwaysReplaceExistingDestPaths: true,
		}), named("copy")),
		"mkdir": base.File(llb.Mkdir("/a", 0o755), named("mkdir /a")).
			File(llb.Mkdir("/b/c", 0o1700, llb.WithParents(true), llb.WithUIDGID(0, 1000), llb.WithCreatedTime(noon)), named("mkdir /b/c")),
		"mkfile": llb.Scratch().File(llb.Mkfile("/a", 0o644, []byte("text\n")), named("mkfile /a")).
			File(llb.Mkfile("/empty", 0, nil, llb.WithUser("build")), named("mkfile /empty")),
		"mkfile for a named owner on scratch": llb.Scratch().File(llb.Mkfile("/a", 0o644, []byte{0, 255}, llb.WithUser("a:b")), named("mkfile")),
		"rm": base.File(llb.Rm("/etc/motd"), named("rm /etc/motd")).
			File(llb.Rm("/var/*/", llb.WithAllowNotFound(true), llb.WithAllowWildcard(true)), named("rm")),
		"several actions": base.File(llb.Mkdir("/a", 0o700).Mkfile("/a/b", 0o600, []byte("b")).Copy(folder, "/", "/a/c").Rm("/a/b").
			Mkdir("/a/d", 0o755, llb.WithUser("build")), named("change files")),
		"merge":           llb.Merge([]llb.State{base, folder, other, folder}, named("merge")),
		"diff":            llb.Diff(base, base.Run(sh("true"), named("true")).Root(), named("diff")),
		"diff to scratch": llb.Diff(base, llb.Scratch(), named("diff")),
		"the same twice": llb.Merge([]llb.State{
			base.Run(sh("true"), named("true")).Root(), image().Run(sh("true"), named("true")).Root(),
		}, named("merge")),
	}
}

func main() {
	vectors := map[string]vector{}
	for name, state := range samples() {
		def, err := state.Marshal(context.Background(), llb.Platform(amd64))
		check(err)
		var v vector
		for _, op := range def.Def {
			v.Def = append(v.Def, hex.EncodeToString(op))
		}
		all, err := proto.MarshalOptions{Deterministic: true}.Marshal(definition(def))
		check(err)
		v.Definition = hex.EncodeToString(all)
		vectors[name] = v
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	check(out.Encode(vectors))
}

// The mapping to source files, which says nothing where no file is mapped, is left out. The capabilities of copies are
// added: the client means to add them, but looks for them before it has gathered the actions.
func definition(def *llb.Definition) *pb.Definition {
	p := def.ToPB()
	p.Source = nil
	for _, bytes := range def.Def {
		var op pb.Op
		check(proto.Unmarshal(bytes, &op))
		caps := p.Metadata[digest.FromBytes(bytes).String()].Caps
		for _, action := range op.GetFile().GetActions() {
			if c := action.GetCopy(); c != nil {
				if len(c.IncludePatterns)+len(c.ExcludePatterns) > 0 {
					caps[string(pb.CapFileCopyIncludeExcludePatterns)] = true
				}
				if c.AlwaysReplaceExistingDestPaths {
					caps[string(pb.CapFileCopyAlwaysReplaceExistingDestPaths)] = true
				}
			}
		}
	}
	return p
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
