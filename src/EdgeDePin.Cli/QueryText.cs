using System.Text.Json;
using Spectre.Console;

namespace EdgeDePin.Cli;

/// <summary>An InfluxDB answer for people: a table for each series.</summary>
internal static class QueryText
{
    /// <exception cref="CommandFailure">The answer is an error.</exception>
    public static void Write(byte[] answer, TextWriter output)
    {
        using JsonDocument document = JsonDocument.Parse(answer);
        ThrowOnError(document.RootElement);
        bool any = false;
        foreach (JsonElement result in document.RootElement.GetProperty("results").EnumerateArray())
        {
            ThrowOnError(result);
            foreach (JsonElement series in Optional(result, "series"))
            {
                any = true;
                WriteSeries(series, output);
            }
        }

        if (!any)
        {
            output.WriteLine("Nothing found. SHOW MEASUREMENTS tells what the store holds.");
        }
    }

    private static void WriteSeries(JsonElement series, TextWriter output)
    {
        string name = series.TryGetProperty("name", out JsonElement text) ? text.GetString()! : "";
        string tags = series.TryGetProperty("tags", out JsonElement all)
            ? string.Join(' ', all.EnumerateObject().Select(tag => $"{tag.Name}={tag.Value.GetString()}"))
            : "";
        output.WriteLine($"{name} {tags}".TrimEnd());
        var table = new Table { Border = TableBorder.Simple };
        foreach (JsonElement column in series.GetProperty("columns").EnumerateArray())
        {
            table.AddColumn(Markup.Escape(column.GetString()!));
        }

        foreach (JsonElement row in Optional(series, "values"))
        {
            table.AddRow([.. row.EnumerateArray().Select(cell => Markup.Escape(cell.ToString()))]);
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = Console.IsOutputRedirected ? 1_000 : console.Profile.Width;
        console.Write(table);
    }

    private static IEnumerable<JsonElement> Optional(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement array) ? array.EnumerateArray() : [];

    private static void ThrowOnError(JsonElement element)
    {
        if (element.TryGetProperty("error", out JsonElement error))
        {
            throw new CommandFailure(ExitCode.WrongUse, error.GetString() ?? "The query failed.");
        }
    }
}
