using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LoadTool.Sockets;

/// <summary>A network of memory: who listens where, which rules hold on the way there, and one seed for all its chance. On one thread.</summary>
internal sealed class SimulatedNetwork(ulong seed)
{
    private const int FirstOwnPort = 1024;
    private const int LastPort = ushort.MaxValue;

    private readonly SimulatedChance _seeds = new(seed);
    private readonly Dictionary<IPEndPoint, SimulatedListener?> _listeners = [];
    private readonly Dictionary<IPEndPoint, SimulatedRules> _rules = [];
    private SimulatedListener? _everywhere;
    private int _lastPort = LastPort;

    /// <summary>What holds where <see cref="SetServer"/> says nothing else.</summary>
    internal SimulatedRules Rules { get; set; } = new();

    /// <summary>When the simulation began, nanoseconds of its clock: spans of the rules count from here.</summary>
    internal long StartedAt { get; init; }

    /// <summary>Chance for one more user of it.</summary>
    internal SimulatedChance NewChance() => new(_seeds.Next());

    /// <summary>A made-up address for a name, always the same.</summary>
    internal static IPAddress AddressOf(string host)
    {
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return IPAddress.Loopback;
        uint hash = 2_166_136_261;
        foreach (byte letter in Encoding.UTF8.GetBytes(host.ToLowerInvariant()))
            hash = unchecked((hash ^ letter) * 16_777_619);
        return new IPAddress([10, (byte)(hash >> 16), (byte)(hash >> 8), (byte)hash]);
    }

    /// <summary>One place apart from the others.</summary>
    /// <param name="server">The place.</param>
    /// <param name="rules">On the way there.</param>
    /// <param name="loop">The server's.</param>
    /// <param name="handler">The server; null for nobody, not even the one that serves everywhere.</param>
    internal void SetServer(IPEndPoint server, SimulatedRules rules, SimulatedLoop loop, IListenerHandler? handler)
    {
        _rules[server] = rules;
        _listeners[server] = handler is null ? null : new SimulatedListener(loop, this, server, handler);
    }

    /// <exception cref="SocketException">The address is in use.</exception>
    internal SimulatedListener Listen(SimulatedLoop loop, IPEndPoint local, IListenerHandler handler)
    {
        SimulatedListener listener = new(loop, this, local.Port == 0 ? new IPEndPoint(local.Address, NextPort()) : local, handler);
        if (!_listeners.TryAdd(listener.LocalEndPoint, listener))
            throw new SocketException((int)SocketError.AddressAlreadyInUse);
        return listener;
    }

    /// <summary>Listens wherever nobody else does.</summary>
    internal void ListenEverywhere(SimulatedLoop loop, IListenerHandler handler) =>
        _everywhere = new SimulatedListener(loop, this, new IPEndPoint(IPAddress.Any, 0), handler);

    internal void Remove(SimulatedListener listener) => _listeners.Remove(listener.LocalEndPoint);

    internal SimulatedConnection Connect(SimulatedLoop loop, IPEndPoint remote, in ConnectionOptions options, IConnectionHandler handler)
    {
        SimulatedRules rules = _rules.GetValueOrDefault(remote, Rules);
        SimulatedLink link = new(rules, NewChance(), StartedAt);
        long now = loop.Now - StartedAt;
        SimulatedListener? listener = rules.Refusals.Any(refusal => now >= refusal.From && now - refusal.From < refusal.Length) ? null : Find(remote);
        IPEndPoint local = new(options.LocalAddress ?? IPAddress.Loopback, options.LocalPorts?.First ?? NextPort());
        return SimulatedConnection.Connect(loop, listener, link, local, remote, handler, options.ResetsOnClose);
    }

    private SimulatedListener? Find(IPEndPoint remote) => _listeners.TryGetValue(remote, out SimulatedListener? listener)
        || _listeners.TryGetValue(new IPEndPoint(IPAddress.Any, remote.Port), out listener) ? listener : _everywhere;

    /// <summary>Ports go round; that a connection of long ago may have the same is nobody's trouble here.</summary>
    private int NextPort() => _lastPort = _lastPort < LastPort ? _lastPort + 1 : FirstOwnPort;
}
