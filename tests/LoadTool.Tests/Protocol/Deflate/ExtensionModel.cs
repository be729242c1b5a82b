using System.Text.RegularExpressions;
using LoadTool.Sockets;

namespace LoadTool.Tests.Protocol;

/// <summary>RFC 6455, section 9.1, and RFC 7692, section 7.1, with a regular expression and lists: slow and obvious.</summary>
internal static class ExtensionModel
{
    private const string Token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private const string Quoted = "\"(\\\\?[!#$%&'*+.^_`|~0-9A-Za-z-])+\"";
    private const string Element = $"{Token}([ \t]*;[ \t]*{Token}([ \t]*=[ \t]*({Token}|{Quoted}))?)*";

    private static readonly Regex Grammar = new($"^[ \t,]*({Element}([ \t]*,[ \t,]*{Element})*)?[ \t,]*$", RegexOptions.Singleline);

    private static readonly string[] Known =
        ["server_no_context_takeover", "client_no_context_takeover", "server_max_window_bits", "client_max_window_bits"];

    private static readonly string[] Bits = ["8", "9", "10", "11", "12", "13", "14", "15"];

    /// <summary>Null when the header breaks the grammar.</summary>
    public static List<(string Name, List<(string Name, string? Value)> Parameters)>? Parse(string header)
    {
        if (!Grammar.IsMatch(header) || header.EndsWith('\n'))
            return null;
        return header.Split(',').Select(element => element.Trim(' ', '\t')).Where(element => element.Length > 0).Select(element =>
        {
            string[] parts = element.Split(';').Select(part => part.Trim(' ', '\t')).ToArray();
            return (parts[0], parts.Skip(1).Select(ParseParameter).ToList());
        }).ToList();
    }

    /// <summary>What a client makes of the whole answer: what both agreed on, "none", or "fails".</summary>
    public static string Answer(string header, DeflateOptions offer)
    {
        if (Parse(header) is not { } chosen || chosen.Count > 1)
            return "fails";
        if (chosen.Count == 0)
            return "none";
        if (chosen[0].Name != "permessage-deflate" || Read(chosen[0].Parameters, isOffer: false) is not { } answer
            || (offer.ServerNoContextTakeover && !answer.ServerNoContextTakeover)
            || (offer.ServerMaxWindowBits is { } most && !(answer.ServerMaxWindowBits <= most))
            || (answer.ClientMaxWindowBits is { } bits && !(bits <= offer.ClientMaxWindowBits)))
            return "fails";
        if (offer.ClientNoContextTakeover)
            answer = answer with { ClientNoContextTakeover = true };
        return (answer.ClientMaxWindowBits is null ? answer with { ClientMaxWindowBits = offer.ClientMaxWindowBits } : answer).ToString();
    }

    /// <summary>What a server makes of the offers: what it answers, "none", or "fails".</summary>
    public static string Offers(string header, DeflateOptions wanted)
    {
        if (Parse(header) is not { } offers)
            return "fails";
        foreach ((string name, List<(string, string?)> parameters) in offers)
        {
            if (name != "permessage-deflate" || Read(parameters, isOffer: true) is not { } offer)
                continue;
            int client = Math.Min(offer.ClientMaxWindowBits ?? 15, wanted.ClientMaxWindowBits ?? 15);
            int server = Math.Min(offer.ServerMaxWindowBits ?? 15, wanted.ServerMaxWindowBits ?? 15);
            bool saysServer = offer.ServerMaxWindowBits is not null || wanted.ServerMaxWindowBits is not null;
            return new DeflateOptions(
                offer.ClientNoContextTakeover || wanted.ClientNoContextTakeover,
                offer.ServerNoContextTakeover || wanted.ServerNoContextTakeover,
                offer.ClientMaxWindowBits is null || client == 15 ? null : client,
                saysServer ? server : null).ToString();
        }

        return "none";
    }

    private static (string Name, string? Value) ParseParameter(string parameter)
    {
        string[] sides = parameter.Split('=').Select(side => side.Trim(' ', '\t')).ToArray();
        return (sides[0], sides.Length == 1 ? null : sides[1].Replace("\"", "").Replace("\\", ""));
    }

    private static DeflateOptions? Read(List<(string Name, string? Value)> parameters, bool isOffer)
    {
        string[] names = parameters.Select(parameter => parameter.Name).ToArray();
        if (names.Distinct().Count() != names.Length || names.Except(Known).Any())
            return null;
        foreach ((string name, string? value) in parameters)
        {
            bool isValid = name.EndsWith("takeover", StringComparison.Ordinal)
                ? value is null
                : Bits.Contains(value) || (isOffer && value is null && name == "client_max_window_bits");
            if (!isValid)
                return null;
        }

        int? BitsOf(string name) => names.Contains(name) ? int.Parse(parameters.Single(parameter => parameter.Name == name).Value ?? "15") : null;
        return new(names.Contains(Known[1]), names.Contains(Known[0]), BitsOf(Known[3]), BitsOf(Known[2]));
    }
}
