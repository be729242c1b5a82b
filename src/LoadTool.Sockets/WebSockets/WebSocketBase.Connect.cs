using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;

namespace Windows.Networking.Sockets;

/// <content>From a URI to an open channel.</content>
public abstract partial class WebSocketBase
{
    /// <summary>Addresses of one name that are tried in turn (Windows documents).</summary>
    internal const int MaxAddresses = 5;

    [Flags]
    private enum Credentials
    {
        None,
        Proxy,
        Server,
    }

    private static readonly IReadOnlyList<KeyValuePair<string, string>> NoHeaders = [];

    /// <summary>For tests to shorten.</summary>
    internal TimeSpan CloseLimit
    {
        set => OwnOptions.Tuning.CloseLimit = value;
    }

    /// <summary>For tests to shorten.</summary>
    internal TimeSpan StallLimit
    {
        set => OwnOptions.Tuning.StallLimit = value;
    }

    /// <summary>In place of what the name resolves to; for tests, since no name has the same addresses on every machine.</summary>
    internal IPAddress[] Addresses
    {
        set => OwnOptions.Tuning.Resolver = _ => Task.FromResult(value);
    }

    /// <summary>Trusted in place of the system's roots; for tests, which bring their own.</summary>
    internal X509Certificate2Collection? TrustedRoots
    {
        get => Options.TuningIfAny?.TrustedRoots;
        set => OwnOptions.Tuning.TrustedRoots = value;
    }

    /// <summary>Connects: DNS, TCP, TLS, HTTP upgrade. After a failure it may be called again.</summary>
    /// <param name="uri">An absolute <c>ws://</c> (TCP) or <c>wss://</c> (TLS) URI.</param>
    /// <param name="cancellationToken">Ends the attempt; harmless afterwards.</param>
    /// <exception cref="ArgumentException">Not an absolute WebSocket URI.</exception>
    /// <exception cref="InvalidOperationException">Already connecting, connected or closed.</exception>
    /// <exception cref="ObjectDisposedException">Disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="WebSocketTransportException">The connection could not be made; its status and cause tell why.</exception>
    public Task ConnectAsync(Uri uri, CancellationToken cancellationToken = default)
    {
        if (_disposeCalled)
            return Task.FromException(Failures.Closed(GetType().Name));
        if (_stage != Stage.Created)
            return Task.FromException(Failures.IllegalCall("ConnectAsync is called once; after it succeeded, use a new socket."));
        if (Refusal(uri) is { } refusal)
            return Task.FromException(refusal);
        if (Loop.SocketOverrides != SocketOverrides.None)
            Loop.SocketOverrides.Apply(OwnOptions);
        _connectCalled = true;
        _abortCalled = false;
        _stage = Stage.Connecting;
        if (!Loop.IsCurrent)
            return Loop.RunAsync(() => ConnectOnLoopAsync(uri, cancellationToken));
        return Loop.BeforeConnect is { } wait ? ConnectInTurnAsync(wait, uri, cancellationToken) : ConnectOnLoopAsync(uri, cancellationToken);
    }

    /// <summary>Waits for its turn first: nothing has begun until then.</summary>
    private async Task ConnectInTurnAsync(Func<CancellationToken, ValueTask> wait, Uri uri, CancellationToken cancellationToken)
    {
        try
        {
            await wait(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            if (_stage == Stage.Connecting)
                _stage = Stage.Created;
            throw;
        }

        await (_disposeCalled || _abortCalled ? throw Failures.AbortedLocally() : ConnectOnLoopAsync(uri, cancellationToken));
    }

    private ArgumentException? Refusal(Uri uri)
    {
        try
        {
            ClientHandshake.ValidateSubprotocols(Options.OfferedProtocols);
        }
        catch (ArgumentException error)
        {
            return error;
        }

        if (uri is not { IsAbsoluteUri: true })
            return Failures.InvalidArgument("An absolute WebSocket URI is needed, such as ws://localhost:8080/path.", nameof(uri));
        return uri.Scheme switch
        {
            "wss" when !Loop.HasTls => Failures.InvalidArgument("The simulated network carries no TLS: connect to ws:// in a simulation.", nameof(uri)),
            "ws" or "wss" => null,
            _ => Failures.InvalidArgument($"A WebSocket URI begins with ws:// or wss://, not {uri.Scheme}://.", nameof(uri)),
        };
    }

    private async Task ConnectOnLoopAsync(Uri uri, CancellationToken cancellationToken)
    {
        long startedAt = Loop.Now;
        ClientChannel channel = new(Loop, this);
        _channel = channel;
        if (SocketId == 0)
            SocketId = Loop.TakeSocketId();
        OnConnecting(channel);
        Options.TuningIfAny?.Tune(channel);
        CancellationTokenRegistration registration = default;
        try
        {
            if (cancellationToken.CanBeCanceled)
            {
                registration = cancellationToken.UnsafeRegister(
                    (_, token) => Loop.Post(_ => channel.CancelConnecting(Failures.Cancelled(token)), null), null);
            }

            ServerValidation? validation = uri.Scheme == "wss"
                ? new(Options.ForgivenErrors, Loop.AcceptsAnyServerCertificate, TrustedRoots)
                : null;
            SslClientAuthenticationOptions? tls = validation is null ? null : TlsOptions(uri, validation);
            for (Credentials shown = Credentials.None; ;)
            {
                channel.Attempt = new ConnectAttempt(Loop, Options.TuningIfAny);
                Handshake = channel.Attempt.Info;
                if (validation is not null)
                    Handshake.Tls = new TlsFacts(validation);
                try
                {
                    await ReachServerAsync(channel, uri, shown.HasFlag(Credentials.Proxy), cancellationToken);
                    if (tls is not null)
                        await SecureAsync(channel, tls, validation!);
                    await channel.UpgradeAsync(RequestFor(uri, shown.HasFlag(Credentials.Server)));
                    break;
                }
                catch (WebSocketTransportException error) when (AskedFor(channel, error.Cause, shown) is not Credentials.None and var asked)
                {
                    // Once more, with the credential; a second refusal is the answer.
                    shown |= asked;
                }
            }

            registration.Unregister();
            _stage = Stage.Open;

            // Until the end: what awaits a handler's doing is often referred to by the handler alone, and so by this socket.
            if (HasHandlers)
                channel.Hold();
            if (channel.Connection!.LocalEndPoint is { } local)
                Handshake!.From(Loop.OneOf(local.Address), local.Port);
            channel.StartPongs(Options.PongInterval);
            Loop.ConnectionObserver?.OnConnected(Handshake!, Handshake!.Tls?.IsResumed, Loop.Now - startedAt);
        }
        catch (Exception error)
        {
            (error as WebSocketTransportException)?.Of(SocketId);
            Loop.ConnectionObserver?.OnConnectFailed(error, SocketId);
            registration.Unregister();
            channel.Forget();
            _channel = null;
            if (_stage == Stage.Connecting)
                _stage = Stage.Created;
            if (error is OperationCanceledException)
                throw Failures.Cancelled(cancellationToken);
            throw;
        }
    }

    /// <summary>TCP with the server; through a proxy, TCP with that one and a tunnel from there.</summary>
    private async ValueTask ReachServerAsync(ClientChannel channel, Uri uri, bool isAuthorized, CancellationToken cancellationToken)
    {
        (string host, int? port) = Options.TuningIfAny?.Place ?? (uri.DnsSafeHost, null);
        if (Options.TuningIfAny?.ProxyAddress is not { } proxy)
        {
            await ConnectTcpAsync(channel, host, port ?? uri.Port, cancellationToken);
            return;
        }

        await ConnectTcpAsync(channel, proxy.DnsSafeHost, proxy.Port, cancellationToken);
        await channel.TunnelAsync(
            AsciiOf(host), port ?? uri.Port, isAuthorized ? Basic(Options.ProxyCredential!) : null);
    }

    private async ValueTask ConnectTcpAsync(ClientChannel channel, string host, int port, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = await AddressesAsync(channel, host);
        if (Options.TuningIfAny?.LocalAddress is { } local)
            addresses = [.. addresses.Where(address => address.AddressFamily == local.AddressFamily)];
        if (addresses.Length == 0)
            throw Failures.FromSocketError(ConnectionPhase.Tcp, SocketError.AddressFamilyNotSupported);
        int tried = Math.Min(addresses.Length, MaxAddresses);
        for (int i = 0; ; i++)
        {
            if (_disposeCalled || _abortCalled)
                throw Failures.AbortedLocally();
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await channel.ConnectAsync(new IPEndPoint(addresses[i], port), Options.ConnectionOptions);
                return;
            }
            catch (WebSocketTransportException error) when (i + 1 < tried && !error.Cause.IsClientExhaustion && _stage == Stage.Connecting)
            {
                // The next address may answer.
            }
        }
    }

    private SslClientAuthenticationOptions TlsOptions(Uri uri, ServerValidation validation) => new()
    {
        TargetHost = Options.TuningIfAny?.TlsHostName ?? HostOf(uri),
        EnabledSslProtocols = Options.TuningIfAny?.TlsProtocols ?? SslProtocols.None,
        CipherSuitesPolicy = Options.TuningIfAny?.CipherSuites,
        CertificateChainPolicy = validation.ChainPolicy(),
        RemoteCertificateValidationCallback = validation.Validate,
        AllowTlsResume = Options.AllowTlsResume,
        ClientCertificateContext = Options.ClientCertificate is { } own
            ? SslStreamCertificateContext.Create(own, additionalCertificates: null, offline: true)
            : null,
    };

    private async ValueTask SecureAsync(ClientChannel channel, SslClientAuthenticationOptions options, ServerValidation validation)
    {
        await channel.SecureAsync(options, validation, CustomValidation is { } ask ? () => JudgeServerAsync(validation, ask) : null);
        TlsConnection secured = (TlsConnection)channel.Connection!;
        TlsFacts facts = new(validation)
        {
            Protocol = secured.Session.SslProtocol,
            CipherSuite = secured.Session.NegotiatedCipherSuite,
            IsResumed = secured.TakeIsResumed(),
        };
        Handshake!.Tls = facts;
        if (facts.IsResumed is true)
            Loop.Counters.TlsResumed++;
        else if (facts.IsResumed is false)
            Loop.Counters.TlsFull++;
    }

    private static string HostOf(Uri uri) => uri.IdnHost.Trim('[', ']');

    /// <summary>A zone names an interface of this machine and means nothing to others (RFC 4007, section 11.2).</summary>
    private static string AsciiOf(string host) => host.Contains(':') ? host.Split('%')[0] : new UriBuilder("ws", host).Uri.IdnHost;

    private async ValueTask<IPAddress[]> AddressesAsync(ClientChannel channel, string host)
    {
        if (Options.TuningIfAny?.Resolver is null && IPAddress.TryParse(host, out IPAddress? literal))
            return [literal];
        await channel.ResolveAsync(host);
        return channel.Attempt!.Addresses;
    }

    /// <summary>Which credential would help, if there is one that was not shown before.</summary>
    private Credentials AskedFor(ClientChannel channel, in FailureCause cause, Credentials shown) => cause switch
    {
        _ when !channel.Attempt!.IsAskedForBasic || _stage != Stage.Connecting => Credentials.None,
        { Phase: ConnectionPhase.Proxy, HttpStatus: 407 } when Options.ProxyCredential is not null => Credentials.Proxy & ~shown,
        { Phase: ConnectionPhase.Upgrade, HttpStatus: 401 } when MayAuthorize => Credentials.Server & ~shown,
        _ => Credentials.None,
    };

    /// <summary>A header that the caller set himself stands for what he knows better.</summary>
    private bool MayAuthorize => Options.ServerCredential is not null
        && _headers?.Exists(header => header.Key.Equals("Authorization", StringComparison.OrdinalIgnoreCase)) is not true;

    private UpgradeRequest RequestFor(Uri uri, bool isAuthorized) => new(
        HostOf(uri),
        uri.Port,
        uri.PathAndQuery,
        IsSecure: uri.Scheme == "wss",
        Options.OfferedProtocols,
        isAuthorized ? [.. _headers ?? NoHeaders, new("Authorization", Basic(Options.ServerCredential!))] : _headers ?? NoHeaders,
        Options.TuningIfAny?.Deflate);

    /// <summary>RFC 7617, with UTF-8.</summary>
    private static string Basic(NetworkCredential credential)
    {
        string domain = credential.Domain.Length == 0 ? "" : credential.Domain + "\\";
        return "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{domain}{credential.UserName}:{credential.Password}"));
    }
}
