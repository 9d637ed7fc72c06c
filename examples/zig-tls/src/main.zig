const std = @import("std");
const ssl = @cImport(@cInclude("openssl/ssl.h"));

pub fn main() !void {
    const context = ssl.SSL_CTX_new(ssl.TLS_client_method()) orelse return error.NoContext;
    defer ssl.SSL_CTX_free(context);
    std.debug.print("{s}\n", .{ssl.OpenSSL_version(ssl.OPENSSL_VERSION)});
}
