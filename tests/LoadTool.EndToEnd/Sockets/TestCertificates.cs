using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>A certificate authority of the tests' own, with one between it and its servers, and what it signed. Made once.</summary>
internal sealed class TestCertificates
{
    private static readonly Lazy<TestCertificates> Made = new(() => new TestCertificates());

    // One moment for all: what is signed must not outlive its signer by the second that ticks between them.
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private TestCertificates()
    {
        Root = SelfSign("CN=Test Root", isAuthority: true);
        Intermediate = Sign(Root, "CN=Test Intermediate", isAuthority: true);
        Server = Sign(Intermediate, "CN=server", names: ["localhost"], address: IPAddress.Loopback);
        OtherName = Sign(Intermediate, "CN=elsewhere", names: ["elsewhere.test"]);
        Expired = Sign(Intermediate, "CN=expired", names: ["localhost"], address: IPAddress.Loopback, days: -1);
        Client = Sign(Intermediate, "CN=client");
        SelfSigned = SelfSign("CN=localhost", isAuthority: false);
    }

    internal static TestCertificates Instance => Made.Value;

    internal X509Certificate2 Root { get; }

    internal X509Certificate2 Intermediate { get; }

    internal X509Certificate2 Server { get; }

    internal X509Certificate2 OtherName { get; }

    internal X509Certificate2 Expired { get; }

    internal X509Certificate2 Client { get; }

    internal X509Certificate2 SelfSigned { get; }

    internal X509Certificate2Collection Trusted => [Root];

    /// <summary>A server that shows a certificate and the intermediate that signed it.</summary>
    internal SslServerAuthenticationOptions Show(X509Certificate2 certificate) => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate, [Intermediate], offline: true),
    };

    private static X509Certificate2 SelfSign(string subject, bool isAuthority)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Loaded(Request(subject, key, isAuthority, ["localhost"], IPAddress.Loopback).CreateSelfSigned(Now.AddDays(-10), Now.AddDays(10)));
    }

    private static X509Certificate2 Sign(
        X509Certificate2 issuer, string subject, bool isAuthority = false, string[]? names = null, IPAddress? address = null, int days = 5)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] serial = SHA256.HashData(key.ExportSubjectPublicKeyInfo())[..16];
        serial[0] &= 0x7F;
        using X509Certificate2 signed = Request(subject, key, isAuthority, names ?? [], address).Create(issuer, Now.AddDays(-5), Now.AddDays(days), serial);
        return Loaded(signed.CopyWithPrivateKey(key));
    }

    private static CertificateRequest Request(string subject, ECDsa key, bool isAuthority, string[] names, IPAddress? address)
    {
        CertificateRequest request = new(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        SubjectAlternativeNameBuilder alternatives = new();
        foreach (string name in names)
            alternatives.AddDnsName(name);
        if (address is not null)
            alternatives.AddIpAddress(address);
        if (names.Length > 0)
            request.CertificateExtensions.Add(alternatives.Build());
        return request;
    }

    private static X509Certificate2 Loaded(X509Certificate2 made)
    {
        using (made)
            return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null, X509KeyStorageFlags.Exportable);
    }
}
