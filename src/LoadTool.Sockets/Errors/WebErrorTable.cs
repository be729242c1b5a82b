using Windows.Web;

namespace LoadTool.Sockets;

/// <summary>HRESULT to status. No public document prints this table: its rows pair equal names and descriptions.</summary>
internal static class WebErrorTable
{
    /// <summary>The rows that Windows' names and descriptions give.</summary>
    public static WebErrorStatus Documented(int hresult) => hresult switch
    {
        HResults.Timeout => WebErrorStatus.Timeout,
        HResults.NameNotResolved => WebErrorStatus.HostNameNotResolved,
        HResults.OperationCancelled => WebErrorStatus.OperationCanceled,
        HResults.CannotConnect => WebErrorStatus.CannotConnect,
        HResults.ConnectionAborted => WebErrorStatus.ConnectionAborted,
        HResults.ConnectionReset => WebErrorStatus.ConnectionReset,
        HResults.CertificateDateInvalid => WebErrorStatus.CertificateExpired,
        HResults.CertificateNameInvalid => WebErrorStatus.CertificateCommonNameIsIncorrect,
        HResults.HttpToHttpsOnRedirection => WebErrorStatus.HttpToHttpsOnRedirection,
        HResults.HttpsToHttpOnRedirection => WebErrorStatus.HttpsToHttpOnRedirection,
        HResults.CertificateErrors => WebErrorStatus.CertificateContainsErrors,
        HResults.InvalidServerResponse => WebErrorStatus.ErrorHttpInvalidServerResponse,
        HResults.RedirectFailed => WebErrorStatus.RedirectFailed,
        HResults.Disconnected => WebErrorStatus.Disconnected,
        HResults.ServerUnreachable => WebErrorStatus.ServerUnreachable,
        HResults.CertificateInvalid => WebErrorStatus.CertificateIsInvalid,
        HResults.CertificateRevoked => WebErrorStatus.CertificateRevoked,
        HResults.Abort or HResults.OperationAborted or HResults.Cancelled => WebErrorStatus.OperationCanceled,
        HResults.UnexpectedStatus => WebErrorStatus.UnexpectedStatusCode,
        HResults.UnexpectedRedirection => WebErrorStatus.UnexpectedRedirection,
        HResults.UnexpectedClientError => WebErrorStatus.UnexpectedClientError,
        HResults.UnexpectedServerError => WebErrorStatus.UnexpectedServerError,
        _ => IsHttpStatusWithValue(hresult - HResults.HttpStatusBase) ? (WebErrorStatus)(hresult - HResults.HttpStatusBase) : WebErrorStatus.Unknown,
    };

    /// <summary>Our own rows: without them half the failures of a load test would read Unknown.</summary>
    public static WebErrorStatus Extended(int hresult) => hresult switch
    {
        HResults.InvalidCertificateAuthority => WebErrorStatus.CertificateIsInvalid,
        HResults.RevocationCheckFailed => WebErrorStatus.CertificateContainsErrors,
        HResults.SecurityChannelError => WebErrorStatus.UnexpectedClientError,
        >= HResults.InvalidProtocolOperation and <= HResults.ProtocolVersionNotSupported => WebErrorStatus.ErrorHttpInvalidServerResponse,
        _ => WebErrorStatus.Unknown,
    };

    /// <summary>True for the statuses that the enumeration names.</summary>
    public static bool IsHttpStatusWithValue(int status) => status is (>= 300 and <= 305) or 307 or (>= 400 and <= 417) or (>= 500 and <= 505);
}
