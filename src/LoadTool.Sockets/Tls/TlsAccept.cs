using System.Net.Security;
using System.Security.Authentication;

namespace LoadTool.Sockets;

/// <summary>The server's handshake on one accepted connection, within a time limit.</summary>
internal sealed class TlsAccept : LoopTimer
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TlsConnection _connection;

    private TlsAccept(TlsConnection connection) => _connection = connection;

    /// <param name="accepted">Its events are the handshake's from now on.</param>
    /// <param name="options">The server's certificate and what it asks of clients.</param>
    /// <param name="onSecured">Sets the secured connection's handler; not called when the handshake fails, which closes the connection.</param>
    internal static void Start(Connection accepted, SslServerAuthenticationOptions options, Action<Connection> onSecured)
    {
        TlsAccept accept = new(new TlsConnection(accepted));
        accepted.Loop.Arm(accept, accepted.Loop.Now + (long)Limit.TotalNanoseconds);
        accept.Run(options, onSecured);
    }

    internal override void Fire(long dueAt) => _connection.Close(reset: true);

    private async void Run(SslServerAuthenticationOptions options, Action<Connection> onSecured)
    {
        try
        {
            await _connection.AuthenticateAsync(options);
        }
        catch (Exception error) when (error is IOException or AuthenticationException or ObjectDisposedException)
        {
            // The client's own end of it tells why.
            _connection.Close();
            return;
        }
        finally
        {
            _connection.Loop.Disarm(this);
        }

        if (_connection.IsClosed)
            return;
        onSecured(_connection);
        _connection.StartReceiving();
    }
}
