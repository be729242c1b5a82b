#!/usr/bin/env -S loadtool run
// Users come and go over wss:// and ask for a subprotocol. Is it the one they get, is the certificate in order, and how many handshakes are resumed?
// Try it:      loadtool run scenarios/subprotocol-and-tls.csx
// With TLS:    loadtool serve --tls --port 9002, and in another terminal
//              loadtool run scenarios/subprotocol-and-tls.csx --target wss://localhost:9002/echo --insecure
using Windows.Networking.Sockets;

var protocol = Env.GetValueOrDefault("SUBPROTOCOL", "chat.v2");
var hello = Payload.Text(bytes: 64);

Scenario.Create("subprotocol-and-tls", async user =>
{
    using var socket = new MessageWebSocket();
    socket.Control.SupportedProtocols.Add(protocol);                   // in the order of preference; the server chooses
    socket.Control.SupportedProtocols.Add("chat.v1");
    await Step.Run("connect", user, () => socket.ConnectAsync(new Uri(user.Target, $"?subprotocol={protocol}")));
    user.Check("the subprotocol is the first choice", socket.Information.Protocol == protocol);
    if (user.Target.Scheme == "wss")
    {
        user.Check("TLS 1.3", socket.Information.TlsProtocol == System.Security.Authentication.SslProtocols.Tls13);
        user.Check("resumed", socket.Information.IsTlsResumed == true);
    }

    using var step = Step.Begin("echo", user);
    await socket.SendAsync(hello);
    step.Ok(await socket.ReceiveAsync());
})
.WithLoadSimulations(Simulation.Inject(rate: 50, interval: TimeSpan.FromSeconds(1), during: TimeSpan.FromSeconds(10)));
