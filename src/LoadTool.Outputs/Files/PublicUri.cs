namespace LoadTool.Outputs.Files;

/// <summary>URIs without what nobody else should read.</summary>
internal static class PublicUri
{
    private const string Hidden = "***";

    /// <summary>Without user info and fragment, and with every query value hidden; its names stay.</summary>
    /// <param name="uri">An absolute URI.</param>
    internal static string Of(Uri uri)
    {
        string query = string.Join('&', uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Hide));
        return uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) + (query.Length > 0 ? $"?{query}" : "");
    }

    /// <summary>The same for a command-line argument that is a URI, or <c>--name=URI</c>; any other stays as it is.</summary>
    internal static string InArgument(string argument)
    {
        int scheme = argument.IndexOf("://", StringComparison.Ordinal);
        int start = scheme < 0 ? 0 : argument.LastIndexOf('=', scheme) + 1;
        return scheme >= 0 && Uri.TryCreate(argument[start..], UriKind.Absolute, out Uri? uri) ? argument[..start] + Of(uri) : argument;
    }

    /// <summary>A parameter without a name may be a token: it is hidden whole.</summary>
    private static string Hide(string parameter)
    {
        int equals = parameter.IndexOf('=');
        return equals < 0 ? Hidden : parameter[..(equals + 1)] + Hidden;
    }
}
