using System.Globalization;

namespace EdgeDePin.EdgeHub;

/// <summary>
/// Topics below <c>$iothub</c>: twins and direct methods. They belong to a connection, not to a name: each client sees its own answers
/// only. Templates: edge-hub <c>appsettings_hub.json</c>, <c>TwinAddressHelper.cs</c>.
/// </summary>
public static class SystemTopics
{
    /// <summary>Everything here; no module may publish other topics that begin with it.</summary>
    public const string Root = "$iothub/";

    public const string TwinAnswers = "$iothub/twin/res/#";
    public const string DesiredChanges = "$iothub/twin/PATCH/properties/desired/#";
    public const string MethodCalls = "$iothub/methods/POST/#";

    private const string TwinAnswer = "$iothub/twin/res/";
    private const string Desired = "$iothub/twin/PATCH/properties/desired/";
    private const string GetTwinTopic = "$iothub/twin/GET/";
    private const string ReportTopic = "$iothub/twin/PATCH/properties/reported/";
    private const string Call = "$iothub/methods/POST/";
    private const string CallAnswer = "$iothub/methods/res/";

    public static string GetTwin(string requestId) => $"{GetTwinTopic}?$rid={requestId}";

    public static string Report(string requestId) => $"{ReportTopic}?$rid={requestId}";

    /// <param name="version">The new version of the reported properties; null after a GET.</param>
    public static string AnswerTwin(int status, string requestId, long? version) =>
        string.Create(CultureInfo.InvariantCulture, $"{TwinAnswer}{status}/?$rid={requestId}") + (version is { } v ? $"&$version={v}" : "");

    public static string ChangeDesired(long version) => string.Create(CultureInfo.InvariantCulture, $"{Desired}?$version={version}");

    public static string CallMethod(string name, string requestId) => $"{Call}{Uri.EscapeDataString(name)}/?$rid={requestId}";

    public static string AnswerMethod(int status, string requestId) =>
        string.Create(CultureInfo.InvariantCulture, $"{CallAnswer}{status}/?$rid={requestId}");

    public static bool TryReadGetTwin(string topic, out string requestId) => TryRead(topic, GetTwinTopic, out _, out requestId, out _);

    public static bool TryReadReport(string topic, out string requestId) => TryRead(topic, ReportTopic, out _, out requestId, out _);

    public static bool TryReadTwinAnswer(string topic, out int status, out string requestId, out long? version)
    {
        status = 0;
        return TryRead(topic, TwinAnswer, out string text, out requestId, out version) && TryStatus(text, out status);
    }

    public static bool TryReadMethodAnswer(string topic, out int status, out string requestId)
    {
        status = 0;
        return TryRead(topic, CallAnswer, out string text, out requestId, out _) && TryStatus(text, out status);
    }

    public static bool TryReadCall(string topic, out string name, out string requestId)
    {
        bool read = TryRead(topic, Call, out name, out requestId, out _) && name.Length > 0;
        name = Uri.UnescapeDataString(name);
        return read;
    }

    public static bool IsDesiredChange(string topic) => topic.StartsWith(Desired, StringComparison.Ordinal);

    /// <summary>Takes <c>{prefix}{word}/?$rid={id}&amp;$version={n}</c> apart; the word may be missing, the request id may not.</summary>
    private static bool TryRead(string topic, string prefix, out string word, out string requestId, out long? version)
    {
        (word, requestId, version) = ("", "", null);
        if (!topic.StartsWith(prefix, StringComparison.Ordinal))
        {
            return false;
        }

        string rest = topic[prefix.Length..];
        int question = rest.IndexOf('?', StringComparison.Ordinal);
        if (question < 0)
        {
            return false;
        }

        word = rest[..question].TrimEnd('/');
        foreach (string pair in rest[(question + 1)..].Split('&'))
        {
            if (pair.StartsWith("$rid=", StringComparison.Ordinal))
            {
                requestId = pair[5..];
            }
            else if (pair.StartsWith("$version=", StringComparison.Ordinal)
                && long.TryParse(pair.AsSpan(9), NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            {
                version = number;
            }
        }

        return requestId.Length > 0 && !word.Contains('/', StringComparison.Ordinal);
    }

    private static bool TryStatus(string text, out int status) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out status);
}
