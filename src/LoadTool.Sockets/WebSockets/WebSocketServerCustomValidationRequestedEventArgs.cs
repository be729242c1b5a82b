using System.Security.Cryptography.X509Certificates;
using LoadTool.Sockets;
using Windows.Foundation;
using Windows.Security.Cryptography.Certificates;

namespace Windows.Networking.Sockets;

/// <summary>A server's certificate, which passed the default validation, for a handler to judge further. Usable from any thread.</summary>
public sealed class WebSocketServerCustomValidationRequestedEventArgs
{
    private readonly ServerValidation _validation;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Handlers at work: 1 for the raising itself, 1 for each deferral. Whoever brings it to 0 ends the validation.
    private int _atWork = 1;
    private volatile bool _isRejected;

    internal WebSocketServerCustomValidationRequestedEventArgs(ServerValidation validation) => _validation = validation;

    /// <summary>The server's own certificate.</summary>
    public X509Certificate2 ServerCertificate => _validation.Certificate!;

    /// <summary>The certificates that the server sent between its own and the root.</summary>
    public IReadOnlyList<X509Certificate2> ServerIntermediateCertificates => _validation.Intermediates;

    /// <summary>Errors that were found and ignored.</summary>
    public IReadOnlyList<ChainValidationResult> ServerCertificateErrors => _validation.Errors;

    /// <summary>The worst of <see cref="ServerCertificateErrors"/>.</summary>
    public SocketSslErrorSeverity ServerCertificateErrorSeverity => _validation.Severity;

    /// <summary>Keeps the connection waiting until the deferral is completed.</summary>
    public Deferral GetDeferral()
    {
        Interlocked.Increment(ref _atWork);
        return new Deferral(EndOne);
    }

    /// <summary>Refuses the server; without any such call it is accepted.</summary>
    public void Reject() => _isRejected = true;

    /// <summary>Every handler has returned; deferrals may be open.</summary>
    /// <returns>True when nobody rejected.</returns>
    internal async Task<bool> EndAsync()
    {
        EndOne();
        await _done.Task;
        return !_isRejected;
    }

    private void EndOne()
    {
        if (Interlocked.Decrement(ref _atWork) == 0)
            _done.TrySetResult();
    }
}
