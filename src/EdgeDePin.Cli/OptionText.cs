namespace EdgeDePin.Cli;

/// <summary>Turns the text of an option into what it means, with an error that names option, value and remedy.</summary>
internal static class OptionText
{
    /// <exception cref="CommandFailure">The text is not what <paramref name="parse"/> reads.</exception>
    public static T? Read<T>(string option, string? text, Func<string, T> parse)
        where T : struct
    {
        try
        {
            return text is null ? null : parse(text);
        }
        catch (FormatException error)
        {
            throw new CommandFailure(ExitCode.WrongUse, $"{option}: {error.Message}", error);
        }
    }

    /// <exception cref="CommandFailure">Not an absolute http or https address.</exception>
    public static Uri Address(string option, string text, string example) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"
            ? url
            : throw new CommandFailure(ExitCode.WrongUse, $"{option} '{text}' is no address: write one such as {example}.");
}
