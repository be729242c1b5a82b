using LoadTool.Outputs.Catalog;

namespace LoadTool.Outputs.Delivery;

/// <summary>A receiver of lines of text, over TCP or UDP, and the courier to it.</summary>
internal sealed class LineReceiver : IDisposable
{
    private readonly Courier _courier;
    private readonly IDisposable _sender;

    private LineReceiver(OutputRequest request, IDisposable sender, Func<ReadOnlyMemory<byte>, CancellationToken, Task> send) =>
        (_courier, _sender) = (new Courier(send, DeliveryLimits.Of(request), request.Clock), sender);

    /// <param name="request">The output's; its target is <c>tcp://host:port</c>, <c>udp://host:port</c>, or without a scheme.</param>
    /// <param name="scheme">What a target without a scheme means.</param>
    /// <param name="port">The port of a target without one.</param>
    /// <exception cref="ArgumentException">The target is none.</exception>
    internal static LineReceiver Of(OutputRequest request, string scheme, int port)
    {
        string example = $"{scheme}://127.0.0.1:{port}";
        string target = request.RequireTarget(example);
        if (!target.Contains("://", StringComparison.Ordinal))
            target = $"{scheme}://{target}";
        if (!Uri.TryCreate(target, UriKind.Absolute, out Uri? url) || url is not { Scheme: "tcp" or "udp", Host.Length: > 0, PathAndQuery: "" or "/", UserInfo: "" })
            throw new ArgumentException($"output {request.Name}: its target is no tcp:// or udp:// address: write one such as {example}");
        int to = url.Port > 0 ? url.Port : port;
        if (url.Scheme == "tcp")
        {
            TcpSender tcp = new(url.DnsSafeHost, to);
            return new LineReceiver(request, tcp, tcp.SendAsync);
        }

        UdpSender udp = new(url.DnsSafeHost, to);
        return new LineReceiver(request, udp, udp.SendAsync);
    }

    /// <inheritdoc cref="Courier.Offer"/>
    internal void Offer(byte[] lines)
    {
        if (lines.Length > 0)
            _courier.Offer(lines);
    }

    /// <summary>Sends what is left, and waits until the receiver has read it, as far as that can be known.</summary>
    /// <exception cref="IOException">Something was lost: how much, and why.</exception>
    internal void Finish()
    {
        if (_sender is TcpSender)
            _courier.Offer(Array.Empty<byte>());
        _courier.Finish();
    }

    /// <summary>Stops sending.</summary>
    public void Dispose()
    {
        _courier.Dispose();
        _sender.Dispose();
    }
}
