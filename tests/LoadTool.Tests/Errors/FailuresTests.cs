using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;
using Windows.Networking.Sockets;
using Windows.Web;

namespace LoadTool.Tests.Errors;

public sealed class FailuresTests
{
    private static void AssertIs(WebSocketTransportException failure, uint hresult, WebErrorStatus status, string cause)
    {
        Assert.Equal($"{hresult:X8} {status} {cause}", $"{failure.HResult:X8} {failure.Status} {failure.Cause}");
        Assert.Contains(cause, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ConnectionPhase.Dns, SocketError.HostNotFound, 0x80072EE7, WebErrorStatus.HostNameNotResolved, "name not resolved")]
    [InlineData(ConnectionPhase.Dns, SocketError.NoData, 0x80072EE7, WebErrorStatus.HostNameNotResolved, "name not resolved")]
    [InlineData(ConnectionPhase.Dns, SocketError.TryAgain, 0x80072EE7, WebErrorStatus.HostNameNotResolved, "name server failed")]
    [InlineData(ConnectionPhase.Dns, SocketError.NoRecovery, 0x80072EE7, WebErrorStatus.HostNameNotResolved, "name server failed")]
    [InlineData(ConnectionPhase.Tcp, SocketError.ConnectionRefused, 0x80072EFD, WebErrorStatus.CannotConnect, "connection refused")]
    [InlineData(ConnectionPhase.Tcp, SocketError.NetworkUnreachable, 0x80072F84, WebErrorStatus.ServerUnreachable, "network unreachable")]
    [InlineData(ConnectionPhase.Tcp, SocketError.HostUnreachable, 0x80072F84, WebErrorStatus.ServerUnreachable, "host unreachable")]
    [InlineData(ConnectionPhase.Tcp, SocketError.NetworkDown, 0x80072F84, WebErrorStatus.ServerUnreachable, "network down")]
    [InlineData(ConnectionPhase.Tcp, SocketError.HostDown, 0x80072F84, WebErrorStatus.ServerUnreachable, "host down")]
    [InlineData(ConnectionPhase.Tcp, SocketError.TimedOut, 0x80072EE2, WebErrorStatus.Timeout, "timed out")]
    [InlineData(ConnectionPhase.Tcp, SocketError.AddressNotAvailable, 0x80072EFD, WebErrorStatus.CannotConnect, "no local port left")]
    [InlineData(ConnectionPhase.Tcp, SocketError.AddressAlreadyInUse, 0x80072EFD, WebErrorStatus.CannotConnect, "local address in use")]
    [InlineData(ConnectionPhase.Tcp, SocketError.TooManyOpenSockets, 0x80072EFD, WebErrorStatus.CannotConnect, "too many open files")]
    [InlineData(ConnectionPhase.Tcp, SocketError.NoBufferSpaceAvailable, 0x80072EFD, WebErrorStatus.CannotConnect, "no buffer space")]
    [InlineData(ConnectionPhase.Tcp, SocketError.AccessDenied, 0x80072EFD, WebErrorStatus.CannotConnect, "access denied")]
    [InlineData(ConnectionPhase.Tcp, SocketError.OperationAborted, 0x800703E3, WebErrorStatus.OperationCanceled, "closed locally")]
    [InlineData(ConnectionPhase.Tls, SocketError.ConnectionReset, 0x80072EFF, WebErrorStatus.ConnectionReset, "connection reset")]
    [InlineData(ConnectionPhase.Upgrade, SocketError.ConnectionReset, 0x80072EFF, WebErrorStatus.ConnectionReset, "connection reset")]
    [InlineData(ConnectionPhase.Upgrade, SocketError.TimedOut, 0x80072EE2, WebErrorStatus.Timeout, "timed out")]
    [InlineData(ConnectionPhase.Open, SocketError.ConnectionReset, 0x80072EFE, WebErrorStatus.ConnectionAborted, "connection reset")]
    [InlineData(ConnectionPhase.Open, SocketError.ConnectionAborted, 0x80072EFE, WebErrorStatus.ConnectionAborted, "connection aborted")]
    [InlineData(ConnectionPhase.Open, SocketError.Shutdown, 0x80072EFE, WebErrorStatus.ConnectionAborted, "broken pipe")]
    [InlineData(ConnectionPhase.Open, SocketError.TimedOut, 0x80072EE2, WebErrorStatus.Timeout, "timed out")]
    [InlineData(ConnectionPhase.Open, SocketError.NetworkDown, 0x80072F83, WebErrorStatus.Disconnected, "network down")]
    [InlineData(ConnectionPhase.Open, SocketError.NetworkUnreachable, 0x80072F83, WebErrorStatus.Disconnected, "network unreachable")]
    [InlineData(ConnectionPhase.Open, SocketError.NetworkReset, 0x80072F83, WebErrorStatus.Disconnected, "network reset")]
    [InlineData(ConnectionPhase.Close, SocketError.ConnectionReset, 0x80072EFE, WebErrorStatus.ConnectionAborted, "connection reset")]
    public void A_socket_error_has_the_HRESULT_of_its_phase(ConnectionPhase phase, SocketError error, uint hresult, WebErrorStatus status, string cause)
    {
        WebSocketTransportException failure = Failures.FromSocketError(phase, error);
        AssertIs(failure, hresult, status, cause);
        Assert.Equal((phase, error), (failure.Cause.Phase, failure.Cause.SocketError));
    }

    [Fact]
    public void Only_what_this_machine_ran_out_of_counts_as_client_exhaustion()
    {
        SocketError[] exhausted = Enum.GetValues<SocketError>().Where(error => Failures.FromSocketError(ConnectionPhase.Tcp, error).Cause.IsClientExhaustion).ToArray();
        Assert.Equal(
            [SocketError.AccessDenied, SocketError.TooManyOpenSockets, SocketError.AddressAlreadyInUse, SocketError.AddressNotAvailable, SocketError.NoBufferSpaceAvailable],
            exhausted.Order());
    }

    [Theory]
    [InlineData(101, 0x80190001, WebErrorStatus.UnexpectedStatusCode)]
    [InlineData(200, 0x80190001, WebErrorStatus.UnexpectedStatusCode)]
    [InlineData(306, 0x80190003, WebErrorStatus.UnexpectedRedirection)]
    [InlineData(308, 0x80190003, WebErrorStatus.UnexpectedRedirection)]
    [InlineData(418, 0x80190004, WebErrorStatus.UnexpectedClientError)]
    [InlineData(426, 0x80190004, WebErrorStatus.UnexpectedClientError)]
    [InlineData(429, 0x80190004, WebErrorStatus.UnexpectedClientError)]
    [InlineData(506, 0x80190005, WebErrorStatus.UnexpectedServerError)]
    [InlineData(511, 0x80190005, WebErrorStatus.UnexpectedServerError)]
    [InlineData(999, 0x80190005, WebErrorStatus.UnexpectedServerError)]
    [InlineData(403, 0x80190193, WebErrorStatus.Forbidden)]
    public void Behaviour_54_A_status_without_a_value_of_its_own_is_unexpected(int status, uint hresult, WebErrorStatus expected) =>
        AssertIs(Failures.HttpStatus(status), hresult, expected, $"HTTP {status}");

    [Fact]
    public void Behaviour_53_Each_HTTP_status_of_the_enumeration_gives_the_same_numbered_status()
    {
        foreach (WebErrorStatus status in Enum.GetValues<WebErrorStatus>().Where(value => (int)value >= 300))
            AssertIs(Failures.HttpStatus((int)status), 0x80190000 + (uint)status, status, $"HTTP {(int)status}");
    }

    [Theory]
    [InlineData(X509ChainStatusFlags.Revoked | X509ChainStatusFlags.NotTimeValid, true, 0x80072F8A, WebErrorStatus.CertificateRevoked, "certificate revoked")]
    [InlineData(X509ChainStatusFlags.NotTimeValid | X509ChainStatusFlags.UntrustedRoot, true, 0x80072F06, WebErrorStatus.CertificateCommonNameIsIncorrect, "certificate for another name")]
    [InlineData(X509ChainStatusFlags.NotTimeValid | X509ChainStatusFlags.UntrustedRoot, false, 0x80072F05, WebErrorStatus.CertificateExpired, "certificate expired")]
    [InlineData(X509ChainStatusFlags.UntrustedRoot, false, 0x80072F0D, WebErrorStatus.CertificateIsInvalid, "certificate not trusted")]
    [InlineData(X509ChainStatusFlags.PartialChain, false, 0x80072F0D, WebErrorStatus.CertificateIsInvalid, "certificate not trusted")]
    [InlineData(X509ChainStatusFlags.NotSignatureValid, false, 0x80072F17, WebErrorStatus.CertificateContainsErrors, "certificate error")]
    public void Of_several_certificate_errors_the_most_specific_is_told(X509ChainStatusFlags chain, bool isNameWrong, uint hresult, WebErrorStatus status, string cause) =>
        AssertIs(Failures.Certificate(isNameWrong ? SslPolicyErrors.RemoteCertificateNameMismatch : SslPolicyErrors.None, chain), hresult, status, cause);

    [Fact]
    public void The_other_failures_have_the_HRESULTs_of_the_table()
    {
        AssertIs(Failures.ConnectionReset(ConnectionPhase.Open), 0x80072EFF, WebErrorStatus.ConnectionReset, "connection reset");
        AssertIs(Failures.ConnectionAborted(ConnectionPhase.Open), 0x80072EFE, WebErrorStatus.ConnectionAborted, "connection lost");
        AssertIs(Failures.ConnectionAborted(ConnectionPhase.Close, 4001), 0x80072EFE, WebErrorStatus.ConnectionAborted, "close 4001");
        AssertIs(Failures.Timeout(ConnectionPhase.Tls), 0x80072EE2, WebErrorStatus.Timeout, "timed out");
        AssertIs(Failures.AbortedLocally(), 0x800703E3, WebErrorStatus.OperationCanceled, "closed locally");
        AssertIs(Failures.CertificateRejected(), 0x800C000E, WebErrorStatus.Unknown, "certificate rejected");
        AssertIs(Failures.TlsFailed(), 0x80072F7D, WebErrorStatus.UnexpectedClientError, "TLS handshake failed");
        AssertIs(Failures.ProtocolViolation(new(1007, "bad text")), 0x83760002, WebErrorStatus.ErrorHttpInvalidServerResponse, "bad text");
        AssertIs(Failures.MessageTooBig(), 0x800710F0, WebErrorStatus.Unknown, "message too big");
        AssertIs(Failures.Busy("StoreAsync"), 0x800710DD, WebErrorStatus.Unknown, "StoreAsync is still in progress.");
        Assert.Equal((ushort)1007, Failures.ProtocolViolation(new(1007, "bad text")).Cause.CloseCode);
        Assert.Equal((ushort)1009, Failures.MessageTooBig().Cause.CloseCode);
    }

    [Fact]
    public void Each_outcome_of_a_handshake_has_its_failure()
    {
        AssertIs(Failures.FromHandshake(new(HandshakeOutcome.HttpStatus, Status: 404)), 0x80190194, WebErrorStatus.NotFound, "HTTP 404");
        AssertIs(Failures.FromHandshake(HandshakeResult.Invalid("no")), 0x80072F78, WebErrorStatus.ErrorHttpInvalidServerResponse, "no");
        AssertIs(Failures.FromHandshake(new(HandshakeOutcome.UnofferedSubprotocol, Problem: "a")), 0x83760004, WebErrorStatus.ErrorHttpInvalidServerResponse, "a");
        AssertIs(Failures.FromHandshake(new(HandshakeOutcome.UnofferedExtension, Problem: "b")), 0x83760003, WebErrorStatus.ErrorHttpInvalidServerResponse, "b");
    }

    [Fact]
    public void State_and_argument_errors_have_the_types_of_dotnet_and_the_HRESULTs_of_Windows()
    {
        using var source = new CancellationTokenSource();
        OperationCanceledException cancelled = Failures.Cancelled(source.Token);
        Assert.Equal((unchecked((int)0x800704C7), source.Token), (cancelled.HResult, cancelled.CancellationToken));
        Assert.Equal((unchecked((int)0x80000013), "MessageWebSocket"), (Failures.Closed("MessageWebSocket").HResult, Failures.Closed("MessageWebSocket").ObjectName));
        Assert.Equal(unchecked((int)0x8000000E), Failures.IllegalCall("x").HResult);
        Assert.Equal(unchecked((int)0x80070057), Failures.InvalidArgument("x").HResult);
        Assert.Equal(unchecked((int)0x8000000B), Failures.OutOfBounds("x").HResult);
    }

    [Fact]
    public void Behaviour_153_The_base_exception_has_the_same_HRESULT_bare_aggregated_and_wrapped()
    {
        Exception[] all =
        [
            Failures.FromSocketError(ConnectionPhase.Tcp, SocketError.ConnectionRefused), Failures.ConnectionReset(ConnectionPhase.Open),
            Failures.ConnectionAborted(ConnectionPhase.Open), Failures.Timeout(ConnectionPhase.Tcp), Failures.AbortedLocally(), Failures.HttpStatus(404),
            Failures.InvalidResponse("x"), Failures.Certificate(SslPolicyErrors.None, default), Failures.CertificateRejected(), Failures.TlsFailed(),
            Failures.ProtocolViolation(new(1002, "x")), Failures.MessageTooBig(), Failures.Busy("x"), Failures.Cancelled(default), Failures.Closed("x"),
            Failures.IllegalCall("x"), Failures.InvalidArgument("x"), Failures.OutOfBounds("x"),
        ];
        foreach (Exception failure in all)
        {
            int hresult = failure.HResult;
            Assert.Null(failure.InnerException);
            foreach (Exception outer in new[] { failure, new AggregateException(failure), new AggregateException(new AggregateException(failure)), new IOException("x", failure) })
            {
                Assert.Equal(hresult, outer.GetBaseException().HResult);
                Assert.Equal(WebSocketError.GetStatus(hresult), WebSocketError.GetStatus(outer.GetBaseException().HResult));
            }
        }
    }

    [Fact]
    public void A_cause_says_itself_in_a_few_words()
    {
        Assert.Equal("close 4001", new FailureCause(ConnectionPhase.Open, CloseCode: 4001).ToString());
        Assert.Equal("HTTP 404", new FailureCause(ConnectionPhase.Upgrade, HttpStatus: 404).ToString());
        Assert.Equal("too many open files", new FailureCause(ConnectionPhase.Tcp, SocketError.TooManyOpenSockets).ToString());
        Assert.Equal("unknown", default(FailureCause).ToString());
        Assert.Equal("Tcp: connection refused (CannotConnect, 0x80072EFD).", Failures.FromSocketError(ConnectionPhase.Tcp, SocketError.ConnectionRefused).Message);
    }

    [Theory]
    [InlineData(111, SocketError.ConnectionRefused)]
    [InlineData(104, SocketError.ConnectionReset)]
    [InlineData(32, SocketError.Shutdown)]
    [InlineData(110, SocketError.TimedOut)]
    [InlineData(113, SocketError.HostUnreachable)]
    [InlineData(101, SocketError.NetworkUnreachable)]
    [InlineData(24, SocketError.TooManyOpenSockets)]
    [InlineData(23, SocketError.TooManyOpenSockets)]
    [InlineData(99, SocketError.AddressNotAvailable)]
    [InlineData(98, SocketError.AddressAlreadyInUse)]
    [InlineData(105, SocketError.NoBufferSpaceAvailable)]
    [InlineData(12, SocketError.NoBufferSpaceAvailable)]
    [InlineData(13, SocketError.AccessDenied)]
    [InlineData(1, SocketError.AccessDenied)]
    [InlineData(103, SocketError.ConnectionAborted)]
    [InlineData(97, SocketError.AddressFamilyNotSupported)]
    [InlineData(100, SocketError.NetworkDown)]
    [InlineData(102, SocketError.NetworkReset)]
    [InlineData(4, SocketError.Interrupted)]
    [InlineData(22, SocketError.InvalidArgument)]
    [InlineData(11, SocketError.WouldBlock)]
    [InlineData(9999, SocketError.SocketError)]
    public void An_errno_of_Linux_has_its_socket_error(int errno, SocketError expected) => Assert.Equal(expected, Failures.SocketErrorOf(errno));
}
