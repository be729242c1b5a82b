namespace Windows.Web;

/// <summary>What a failed web operation comes down to; the values are those of Windows.</summary>
public enum WebErrorStatus
{
    /// <summary>Any HRESULT without a row of its own; look at the HRESULT itself.</summary>
    Unknown = 0,

    /// <summary>The certificate is for another name.</summary>
    CertificateCommonNameIsIncorrect = 1,

    /// <summary>The certificate is not valid now.</summary>
    CertificateExpired = 2,

    /// <summary>The certificate has another error.</summary>
    CertificateContainsErrors = 3,

    /// <summary>The certificate was revoked.</summary>
    CertificateRevoked = 4,

    /// <summary>The certificate's issuer is not trusted.</summary>
    CertificateIsInvalid = 5,

    /// <summary>No route leads to the server.</summary>
    ServerUnreachable = 6,

    /// <summary>The operation took longer than its limit.</summary>
    Timeout = 7,

    /// <summary>The server's answer breaks HTTP or WebSocket rules.</summary>
    ErrorHttpInvalidServerResponse = 8,

    /// <summary>The connection ended without a Close frame.</summary>
    ConnectionAborted = 9,

    /// <summary>The peer reset the connection.</summary>
    ConnectionReset = 10,

    /// <summary>The local network went away.</summary>
    Disconnected = 11,

    /// <summary>Redirected from http to https.</summary>
    HttpToHttpsOnRedirection = 12,

    /// <summary>Redirected from https to http.</summary>
    HttpsToHttpOnRedirection = 13,

    /// <summary>No TCP connection came about: refused, or the client ran out of ports or descriptors.</summary>
    CannotConnect = 14,

    /// <summary>The host's name has no address.</summary>
    HostNameNotResolved = 15,

    /// <summary>The caller cancelled or closed.</summary>
    OperationCanceled = 16,

    /// <summary>A redirect could not be followed.</summary>
    RedirectFailed = 17,

    /// <summary>A status below 300 other than the one expected.</summary>
    UnexpectedStatusCode = 18,

    /// <summary>A redirect status without a value of its own.</summary>
    UnexpectedRedirection = 19,

    /// <summary>A 4xx status without a value of its own, or TLS could not be agreed on.</summary>
    UnexpectedClientError = 20,

    /// <summary>A 5xx status without a value of its own.</summary>
    UnexpectedServerError = 21,

    /// <summary>The server does not support ranges well enough.</summary>
    InsufficientRangeSupport = 22,

    /// <summary>The server gives no content length.</summary>
    MissingContentLengthSupport = 23,

    /// <summary>HTTP 300.</summary>
    MultipleChoices = 300,

    /// <summary>HTTP 301.</summary>
    MovedPermanently = 301,

    /// <summary>HTTP 302.</summary>
    Found = 302,

    /// <summary>HTTP 303.</summary>
    SeeOther = 303,

    /// <summary>HTTP 304.</summary>
    NotModified = 304,

    /// <summary>HTTP 305.</summary>
    UseProxy = 305,

    /// <summary>HTTP 307.</summary>
    TemporaryRedirect = 307,

    /// <summary>HTTP 400.</summary>
    BadRequest = 400,

    /// <summary>HTTP 401.</summary>
    Unauthorized = 401,

    /// <summary>HTTP 402.</summary>
    PaymentRequired = 402,

    /// <summary>HTTP 403.</summary>
    Forbidden = 403,

    /// <summary>HTTP 404.</summary>
    NotFound = 404,

    /// <summary>HTTP 405.</summary>
    MethodNotAllowed = 405,

    /// <summary>HTTP 406.</summary>
    NotAcceptable = 406,

    /// <summary>HTTP 407.</summary>
    ProxyAuthenticationRequired = 407,

    /// <summary>HTTP 408.</summary>
    RequestTimeout = 408,

    /// <summary>HTTP 409.</summary>
    Conflict = 409,

    /// <summary>HTTP 410.</summary>
    Gone = 410,

    /// <summary>HTTP 411.</summary>
    LengthRequired = 411,

    /// <summary>HTTP 412.</summary>
    PreconditionFailed = 412,

    /// <summary>HTTP 413.</summary>
    RequestEntityTooLarge = 413,

    /// <summary>HTTP 414.</summary>
    RequestUriTooLong = 414,

    /// <summary>HTTP 415.</summary>
    UnsupportedMediaType = 415,

    /// <summary>HTTP 416.</summary>
    RequestedRangeNotSatisfiable = 416,

    /// <summary>HTTP 417.</summary>
    ExpectationFailed = 417,

    /// <summary>HTTP 500.</summary>
    InternalServerError = 500,

    /// <summary>HTTP 501.</summary>
    NotImplemented = 501,

    /// <summary>HTTP 502.</summary>
    BadGateway = 502,

    /// <summary>HTTP 503.</summary>
    ServiceUnavailable = 503,

    /// <summary>HTTP 504.</summary>
    GatewayTimeout = 504,

    /// <summary>HTTP 505.</summary>
    HttpVersionNotSupported = 505,
}
