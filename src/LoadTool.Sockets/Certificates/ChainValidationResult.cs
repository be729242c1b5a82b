namespace Windows.Security.Cryptography.Certificates;

/// <summary>What the validation of a certificate chain found.</summary>
public enum ChainValidationResult
{
    /// <summary>Nothing wrong.</summary>
    Success = 0,

    /// <summary>The root is not trusted.</summary>
    Untrusted = 1,

    /// <summary>A certificate was revoked.</summary>
    Revoked = 2,

    /// <summary>A certificate has expired, or is not valid yet.</summary>
    Expired = 3,

    /// <summary>The chain does not reach a root.</summary>
    IncompleteChain = 4,

    /// <summary>A signature is wrong.</summary>
    InvalidSignature = 5,

    /// <summary>A certificate is not meant for this use.</summary>
    WrongUsage = 6,

    /// <summary>The certificate is for another name.</summary>
    InvalidName = 7,

    /// <summary>A policy of a certificate authority is broken.</summary>
    InvalidCertificateAuthorityPolicy = 8,

    /// <summary>A certificate acts as an authority without being one, or the path is too long.</summary>
    BasicConstraintsError = 9,

    /// <summary>A critical extension is not understood.</summary>
    UnknownCriticalExtension = 10,

    /// <summary>Revocation could not be looked up: no information in the certificate.</summary>
    RevocationInformationMissing = 11,

    /// <summary>Revocation could not be looked up: the source did not answer.</summary>
    RevocationFailure = 12,

    /// <summary>Something else.</summary>
    OtherErrors = 13,
}
