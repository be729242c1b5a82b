using System.Text;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Tests.Protocol;

public sealed class ProxyTunnelTests
{
    [Theory]
    [InlineData("server.test", 80, null, "CONNECT server.test:80 HTTP/1.1\r\nHost: server.test:80\r\n\r\n")]
    [InlineData("::1", 443, null, "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n")]
    [InlineData("a", 1, "Basic eA==", "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\nProxy-Authorization: Basic eA==\r\n\r\n")]
    public void The_request_names_the_server_with_its_port(string host, int port, string? credential, string expected)
    {
        byte[] buffer = new byte[200];
        Assert.True(ProxyTunnel.TryWriteRequest(buffer, host, port, credential, out int written));
        Assert.Equal(expected, Encoding.ASCII.GetString(buffer, 0, written));
        for (int length = 0; length < written; length++)
            Assert.False(ProxyTunnel.TryWriteRequest(buffer.AsSpan(0, length), host, port, credential, out _));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", 200, true)]
    [InlineData("HTTP/1.0 299\r\nA: b\r\n\r\n", 299, true)]
    [InlineData("HTTP/1.1 407 x\r\nProxy-Authenticate: Basic\r\n\r\n", 407, true)]
    [InlineData("HTTP/1.1 200 OK\r\nno header\r\n\r\n", 200, false)]
    [InlineData("HTTP/2 200 OK\r\n\r\n", 0, false)]
    [InlineData("HTTP/1.1 200 OK\n\n", 0, false)]
    public void An_answer_has_a_status_and_valid_headers(string answer, int status, bool isValid)
    {
        string? problem = ProxyTunnel.Read(Encoding.ASCII.GetBytes(answer), out int read);
        Assert.Equal((isValid, status), (problem is null, read));
    }
}
