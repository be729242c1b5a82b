using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Windows.Networking.Sockets;
using Windows.Security.Cryptography.Certificates;

namespace LoadTool.Sockets;

/// <summary>The default validation of one server's certificate: its chain and its name, but for the errors that the caller ignores.</summary>
/// <param name="ignored">Errors that do not count; of those that are fatal only <paramref name="ignoresAll"/> makes light.</param>
/// <param name="ignoresAll">No error counts.</param>
/// <param name="roots">Trusted in place of the system's, or null.</param>
internal sealed class ServerValidation(IReadOnlyCollection<ChainValidationResult> ignored, bool ignoresAll, X509Certificate2Collection? roots)
{
    private static readonly (X509ChainStatusFlags Flags, ChainValidationResult Result)[] Meanings =
    [
        (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.ExplicitDistrust, ChainValidationResult.Untrusted),
        (X509ChainStatusFlags.Revoked, ChainValidationResult.Revoked),
        (X509ChainStatusFlags.NotTimeValid | X509ChainStatusFlags.CtlNotTimeValid, ChainValidationResult.Expired),
        (X509ChainStatusFlags.PartialChain, ChainValidationResult.IncompleteChain),
        (X509ChainStatusFlags.NotSignatureValid | X509ChainStatusFlags.CtlNotSignatureValid, ChainValidationResult.InvalidSignature),
        (X509ChainStatusFlags.NotValidForUsage | X509ChainStatusFlags.CtlNotValidForUsage, ChainValidationResult.WrongUsage),
        (X509ChainStatusFlags.InvalidPolicyConstraints | X509ChainStatusFlags.NoIssuanceChainPolicy, ChainValidationResult.InvalidCertificateAuthorityPolicy),
        (X509ChainStatusFlags.InvalidBasicConstraints, ChainValidationResult.BasicConstraintsError),
        (X509ChainStatusFlags.HasNotSupportedCriticalExtension, ChainValidationResult.UnknownCriticalExtension),
        (X509ChainStatusFlags.RevocationStatusUnknown, ChainValidationResult.RevocationInformationMissing),
        (X509ChainStatusFlags.OfflineRevocation, ChainValidationResult.RevocationFailure),
    ];

    private static readonly X509ChainStatusFlags Meant = Meanings.Aggregate(X509ChainStatusFlags.NoError, (all, meaning) => all | meaning.Flags);

    private readonly List<ChainValidationResult> _errors = [];

    // As bytes: the handshake disposes its own objects, and few of thousands of sockets are ever asked for theirs.
    private byte[]? _shown;
    private byte[][] _sent = [];

    /// <summary>The server's own certificate, once it was shown.</summary>
    internal X509Certificate2? Certificate => field ??= _shown is null ? null : X509CertificateLoader.LoadCertificate(_shown);

    /// <summary>The certificates that the server sent between its own and the root.</summary>
    internal IReadOnlyList<X509Certificate2> Intermediates => field ??= [.. _sent.Select(X509CertificateLoader.LoadCertificate)];

    /// <summary>All errors, the ignored ones too.</summary>
    internal IReadOnlyList<ChainValidationResult> Errors => _errors;

    /// <summary>The worst of <see cref="Errors"/>.</summary>
    internal SocketSslErrorSeverity Severity => _errors.Count == 0
        ? SocketSslErrorSeverity.None
        : _errors.TrueForAll(IsIgnorable) ? SocketSslErrorSeverity.Ignorable : SocketSslErrorSeverity.Fatal;

    /// <summary>Why the certificate is not accepted, or null.</summary>
    internal WebSocketTransportException? Refusal { get; private set; }

    /// <summary>How chains are built: nothing is fetched over the network, so that a handshake costs what it shows and tells nobody of itself.</summary>
    internal X509ChainPolicy ChainPolicy()
    {
        X509ChainPolicy policy = new() { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (roots is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots);
        }

        return policy;
    }

    /// <summary>The callback of the handshake.</summary>
    internal bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        _shown = certificate?.GetRawCertData();
        _sent = chain is null ? [] : [.. chain.ChainPolicy.ExtraStore.Select(sent => sent.RawData).Where(sent => !sent.AsSpan().SequenceEqual(_shown))];
        X509ChainStatusFlags chainErrors = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status) ?? X509ChainStatusFlags.NoError;
        X509ChainStatusFlags counted = CountedOf(chainErrors);
        bool isOtherName = errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) && !Ignores(ChainValidationResult.InvalidName);
        bool isMissing = certificate is null && !Ignores(ChainValidationResult.OtherErrors);
        if (counted == X509ChainStatusFlags.NoError && !isOtherName && !isMissing)
            return true;
        Refusal = Failures.Certificate(isOtherName ? SslPolicyErrors.RemoteCertificateNameMismatch : SslPolicyErrors.None, counted);
        return false;
    }

    private X509ChainStatusFlags CountedOf(X509ChainStatusFlags errors)
    {
        X509ChainStatusFlags counted = X509ChainStatusFlags.NoError;
        foreach ((X509ChainStatusFlags meaning, ChainValidationResult result) in Meanings)
        {
            if ((errors & meaning) != 0 && !Ignores(result))
                counted |= errors & meaning;
        }

        X509ChainStatusFlags others = errors & ~Meant;
        return others == X509ChainStatusFlags.NoError || Ignores(ChainValidationResult.OtherErrors) ? counted : counted | others;
    }

    private static bool IsIgnorable(ChainValidationResult result) => result is ChainValidationResult.Untrusted or ChainValidationResult.Expired
        or ChainValidationResult.IncompleteChain or ChainValidationResult.WrongUsage or ChainValidationResult.InvalidName
        or ChainValidationResult.RevocationInformationMissing or ChainValidationResult.RevocationFailure;

    /// <summary>Records an error.</summary>
    /// <returns>True when it does not count.</returns>
    private bool Ignores(ChainValidationResult error)
    {
        _errors.Add(error);
        return ignoresAll || (IsIgnorable(error) && ignored.Contains(error));
    }
}
