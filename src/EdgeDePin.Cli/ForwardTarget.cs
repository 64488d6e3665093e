using System.CommandLine;
using EdgeDePin.Node;
using EdgeDePin.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Cli;

/// <summary>The options that name a stopped node's store and the servers it is replicated to.</summary>
internal sealed class ForwardTarget
{
    private readonly Option<string> _data = new("--data") { Description = "The data folder of a stopped node.", HelpName = "DIR", Required = true };
    private readonly Option<string?> _influx = new("--influx") { Description = "Server, such as http://127.0.0.1:8086.", HelpName = "URL" };
    private readonly Option<string> _database = new("--influx-db") { Description = "Database there.", DefaultValueFactory = _ => "edgedepin" };
    private readonly Option<string?> _token = new("--influx-token") { Description = "Token of InfluxDB 2 or 3.", HelpName = "TOKEN" };
    private readonly Option<string?> _config = new("--config") { Description = "The node's configuration, for all destinations of its section Influx.", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_data, _influx, _database, _token, _config])
        {
            command.Add(option);
        }
    }

    /// <exception cref="CommandFailure">No server is named, or the configuration is wrong.</exception>
    public InfluxOptions Influx(ParseResult parsed)
    {
        InfluxOptions influx = parsed.GetValue(_config) is { } file ? Configured(file) : new InfluxOptions();
        if (parsed.GetValue(_influx) is { } url)
        {
            influx.Destinations.Add(new InfluxDestination
            {
                Url = OptionText.Address("--influx", url, "http://127.0.0.1:8086"),
                Database = parsed.GetValue(_database)!,
                Token = parsed.GetValue(_token),
            });
        }

        return influx.All().Any()
            ? influx
            : throw new CommandFailure(ExitCode.WrongUse, "No server is named: give --influx URL, or --config FILE with a section Influx.");
    }

    /// <exception cref="CommandFailure">The folder is not there, or a running node has it.</exception>
    public Store Open(ParseResult parsed)
    {
        string folder = parsed.GetValue(_data)!;
        if (!Directory.Exists(folder))
        {
            throw new CommandFailure(ExitCode.Environment, $"There is no data folder {folder}: check the path after --data.");
        }

        try
        {
            return Store.Open(new StoreOptions { Folder = folder }, TimeProvider.System, NullLogger.Instance);
        }
        catch (StoreException error)
        {
            throw new CommandFailure(ExitCode.Environment, error.Message, error);
        }
    }

    private static InfluxOptions Configured(string file)
    {
        if (!File.Exists(file))
        {
            throw new CommandFailure(ExitCode.WrongUse, $"Configuration file '{file}' does not exist: check the path after --config.");
        }

        try
        {
            return OptionsSection.Read<InfluxOptions>(new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(file)).Build(), "Influx");
        }
        catch (Exception error) when (error is OptionsException or InvalidDataException)
        {
            throw new CommandFailure(ExitCode.WrongUse, error.Message, error);
        }
    }
}
