using System.Net.Http.Headers;
using System.Text;
using LoadTool.Outputs.Catalog;

namespace LoadTool.Outputs.Prometheus;

/// <summary>Who the sender is. Never shown.</summary>
internal static class RemoteWriteCredentials
{
    internal static IReadOnlyList<OutputSetting> Settings { get; } =
    [
        new("username", "User of basic authentication; that in the URL by default."),
        new("password", "Password of basic authentication."),
        new("token", "Bearer token."),
        new("token-file", "File with a bearer token."),
    ];

    /// <returns>What to send as Authorization; null for nobody.</returns>
    /// <exception cref="ArgumentException">Settings contradict each other, or the token cannot be read.</exception>
    internal static AuthenticationHeaderValue? Of(OutputRequest request)
    {
        string[] userInfo = Uri.TryCreate(request.Target, UriKind.Absolute, out Uri? url) ? url.UserInfo.Split(':', 2) : [""];
        string? user = request.Text("username") ?? (userInfo[0].Length > 0 ? Uri.UnescapeDataString(userInfo[0]) : null);
        string? token = TokenOf(request);
        if (user is not null && token is not null)
            throw new ArgumentException($"output {request.Name} has a user and a token: leave one of them out");
        if (user is null)
            return token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        string password = request.Text("password") ?? (userInfo.Length > 1 ? Uri.UnescapeDataString(userInfo[1]) : "");
        return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
    }

    private static string? TokenOf(OutputRequest request)
    {
        if (request.Text("token-file") is not { } file)
            return request.Text("token") is { } given ? Plain(request, "token", given) : null;
        if (request.Text("token") is not null)
            throw new ArgumentException($"output {request.Name} has a token and a file with a token: leave one of them out");
        try
        {
            return Plain(request, "token-file", File.ReadAllText(file).Trim());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw request.Refuse("token-file", $"cannot be read: {error.Message}");
        }
    }

    private static string Plain(OutputRequest request, string setting, string token) =>
        token.Length > 0 && token.All(letter => letter is > ' ' and < (char)127) ? token : throw request.Refuse(setting, "holds no token: one of visible ASCII characters is needed");
}
