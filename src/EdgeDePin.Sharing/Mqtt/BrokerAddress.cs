using System.Globalization;

namespace EdgeDePin.Sharing.Mqtt;

/// <summary>Where one broker listens.</summary>
/// <param name="Host">Name or address, as its certificate has it.</param>
/// <param name="Port">1 to 65,535.</param>
public readonly record struct BrokerAddress(string Host, int Port)
{
    public const int DefaultPort = 1883;

    /// <param name="text"><c>HOST</c>, <c>HOST:PORT</c>, <c>[IPV6]:PORT</c>.</param>
    /// <exception cref="FormatException">None of these; the message has the text.</exception>
    public static BrokerAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int colon = text.LastIndexOf(':');
        bool hasPort = colon > text.LastIndexOf(']');
        string host = (hasPort ? text[..colon] : text).Trim('[', ']');
        int port = DefaultPort;
        bool isPort = !hasPort || (int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65_535);
        return isPort && Uri.CheckHostName(host) != UriHostNameType.Unknown && (!host.Contains(':', StringComparison.Ordinal) || text[0] == '[')
            ? new BrokerAddress(host, port)
            : throw new FormatException($"'{text}' is no broker: HOST or HOST:PORT with a port of 1 to 65535; an IPv6 address stands in brackets.");
    }

    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
