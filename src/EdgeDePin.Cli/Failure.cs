namespace EdgeDePin.Cli;

/// <summary>How a failure is told: one line on standard error.</summary>
internal static class Failure
{
    public static int Say(int exitCode, string message)
    {
        Console.Error.WriteLine($"edgedepin: {message.ReplaceLineEndings(" ")}");
        return exitCode;
    }
}
