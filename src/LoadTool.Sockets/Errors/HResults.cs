namespace LoadTool.Sockets;

/// <summary>The HRESULTs of this library, under the names Windows has for them.</summary>
internal static class HResults
{
    /// <summary>RO_E_CLOSED.</summary>
    public const int Closed = unchecked((int)0x80000013);

    /// <summary>E_BOUNDS.</summary>
    public const int Bounds = unchecked((int)0x8000000B);

    /// <summary>E_ILLEGAL_METHOD_CALL.</summary>
    public const int IllegalMethodCall = unchecked((int)0x8000000E);

    /// <summary>E_ABORT.</summary>
    public const int Abort = unchecked((int)0x80004004);

    /// <summary>E_INVALIDARG.</summary>
    public const int InvalidArgument = unchecked((int)0x80070057);

    /// <summary>ERROR_OPERATION_ABORTED: I/O cut by a local close.</summary>
    public const int OperationAborted = unchecked((int)0x800703E3);

    /// <summary>ERROR_CANCELLED: the caller's token.</summary>
    public const int Cancelled = unchecked((int)0x800704C7);

    /// <summary>ERROR_INVALID_OPERATION: a second operation during one in progress.</summary>
    public const int InvalidOperation = unchecked((int)0x800710DD);

    /// <summary>ERROR_MESSAGE_EXCEEDS_MAX_SIZE.</summary>
    public const int MessageTooBig = unchecked((int)0x800710F0);

    /// <summary>WININET_E_TIMEOUT.</summary>
    public const int Timeout = unchecked((int)0x80072EE2);

    /// <summary>WININET_E_NAME_NOT_RESOLVED.</summary>
    public const int NameNotResolved = unchecked((int)0x80072EE7);

    /// <summary>WININET_E_OPERATION_CANCELLED.</summary>
    public const int OperationCancelled = unchecked((int)0x80072EF1);

    /// <summary>WININET_E_CANNOT_CONNECT.</summary>
    public const int CannotConnect = unchecked((int)0x80072EFD);

    /// <summary>WININET_E_CONNECTION_ABORTED.</summary>
    public const int ConnectionAborted = unchecked((int)0x80072EFE);

    /// <summary>WININET_E_CONNECTION_RESET.</summary>
    public const int ConnectionReset = unchecked((int)0x80072EFF);

    /// <summary>WININET_E_SEC_CERT_DATE_INVALID.</summary>
    public const int CertificateDateInvalid = unchecked((int)0x80072F05);

    /// <summary>WININET_E_SEC_CERT_CN_INVALID.</summary>
    public const int CertificateNameInvalid = unchecked((int)0x80072F06);

    /// <summary>WININET_E_HTTP_TO_HTTPS_ON_REDIR.</summary>
    public const int HttpToHttpsOnRedirection = unchecked((int)0x80072F07);

    /// <summary>WININET_E_HTTPS_TO_HTTP_ON_REDIR.</summary>
    public const int HttpsToHttpOnRedirection = unchecked((int)0x80072F08);

    /// <summary>WININET_E_INVALID_CA.</summary>
    public const int InvalidCertificateAuthority = unchecked((int)0x80072F0D);

    /// <summary>WININET_E_SEC_CERT_ERRORS.</summary>
    public const int CertificateErrors = unchecked((int)0x80072F17);

    /// <summary>WININET_E_SEC_CERT_REV_FAILED.</summary>
    public const int RevocationCheckFailed = unchecked((int)0x80072F19);

    /// <summary>WININET_E_INVALID_SERVER_RESPONSE.</summary>
    public const int InvalidServerResponse = unchecked((int)0x80072F78);

    /// <summary>WININET_E_REDIRECT_FAILED.</summary>
    public const int RedirectFailed = unchecked((int)0x80072F7C);

    /// <summary>WININET_E_SECURITY_CHANNEL_ERROR.</summary>
    public const int SecurityChannelError = unchecked((int)0x80072F7D);

    /// <summary>WININET_E_DISCONNECTED.</summary>
    public const int Disconnected = unchecked((int)0x80072F83);

    /// <summary>WININET_E_SERVER_UNREACHABLE.</summary>
    public const int ServerUnreachable = unchecked((int)0x80072F84);

    /// <summary>WININET_E_SEC_INVALID_CERT.</summary>
    public const int CertificateInvalid = unchecked((int)0x80072F89);

    /// <summary>WININET_E_SEC_CERT_REVOKED.</summary>
    public const int CertificateRevoked = unchecked((int)0x80072F8A);

    /// <summary>INET_E_SECURITY_PROBLEM: a handler rejected the certificate.</summary>
    public const int SecurityProblem = unchecked((int)0x800C000E);

    /// <summary>HTTP_E_STATUS_*: this plus the status.</summary>
    public const int HttpStatusBase = unchecked((int)0x80190000);

    /// <summary>HTTP_E_STATUS_UNEXPECTED.</summary>
    public const int UnexpectedStatus = HttpStatusBase + 1;

    /// <summary>HTTP_E_STATUS_UNEXPECTED_REDIRECTION.</summary>
    public const int UnexpectedRedirection = HttpStatusBase + 3;

    /// <summary>HTTP_E_STATUS_UNEXPECTED_CLIENT_ERROR.</summary>
    public const int UnexpectedClientError = HttpStatusBase + 4;

    /// <summary>HTTP_E_STATUS_UNEXPECTED_SERVER_ERROR.</summary>
    public const int UnexpectedServerError = HttpStatusBase + 5;

    /// <summary>E_INVALID_PROTOCOL_OPERATION, the first of the WebSocket facility.</summary>
    public const int InvalidProtocolOperation = unchecked((int)0x83760001);

    /// <summary>E_INVALID_PROTOCOL_FORMAT.</summary>
    public const int InvalidProtocolFormat = unchecked((int)0x83760002);

    /// <summary>E_PROTOCOL_EXTENSIONS_NOT_SUPPORTED.</summary>
    public const int ProtocolExtensionsNotSupported = unchecked((int)0x83760003);

    /// <summary>E_SUBPROTOCOL_NOT_SUPPORTED.</summary>
    public const int SubprotocolNotSupported = unchecked((int)0x83760004);

    /// <summary>E_PROTOCOL_VERSION_NOT_SUPPORTED, the last of the WebSocket facility.</summary>
    public const int ProtocolVersionNotSupported = unchecked((int)0x83760005);
}
