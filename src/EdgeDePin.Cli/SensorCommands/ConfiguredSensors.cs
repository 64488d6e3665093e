using EdgeDePin.Model;
using EdgeDePin.Node;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Sensors.Sampling;
using EdgeDePin.Simulation.Scenarios;
using Microsoft.Extensions.Configuration;

namespace EdgeDePin.Cli.SensorCommands;

/// <summary>The sensors of a configuration file, opened; those on the bus <c>sim</c> on simulated chips.</summary>
internal sealed class ConfiguredSensors : IDisposable
{
    private const int Seed = 1;

    private ConfiguredSensors(IReadOnlyList<(ISensor Sensor, SensorOptions Options, Treatment Treatment)> all) => All = all;

    public IReadOnlyList<(ISensor Sensor, SensorOptions Options, Treatment Treatment)> All { get; }

    /// <exception cref="CommandFailure">No such file, no sensor in it, or one that cannot be.</exception>
    public static ConfiguredSensors Open(string file, TimeProvider time)
    {
        SensingOptions sensing = Read(file);
        SensorBuses buses = SensorBuses.Linux;
        Recover(file, sensing, buses);
        var opened = new List<(ISensor Sensor, SensorOptions Options, Treatment Treatment)>();
        foreach (SensorOptions options in sensing.Sensors)
        {
            try
            {
                var treatment = Treatment.Of(options, SensorCatalog.Entry(options.Chip), new SensorId(options.Id ?? options.Chip));
                ISensor sensor = options.Bus == SimulatedSite.Bus
                    ? SimulatedSite.Open(options, Seed, "node", time)
                    : SensorCatalog.Open(options, buses, time);
                opened.Add((sensor, options, treatment));
            }
            catch (Exception error) when (error is FormatException or IOException)
            {
                opened.ForEach(one => one.Sensor.Dispose());
                throw new CommandFailure(
                    error is IOException ? ExitCode.Environment : ExitCode.WrongUse, $"{file}: Sensing:Sensors:{opened.Count}: {error.Message}", error);
            }
        }

        return new ConfiguredSensors(opened);
    }

    public void Dispose()
    {
        foreach ((ISensor sensor, _, _) in All)
        {
            sensor.Dispose();
        }
    }

    private static void Recover(string file, SensingOptions sensing, SensorBuses buses)
    {
        try
        {
            OpenSensors.Recover(sensing, buses);
        }
        catch (OptionsException error)
        {
            throw new CommandFailure(error.InnerException is IOException ? ExitCode.Environment : ExitCode.WrongUse, $"{file}: {error.Message}", error);
        }
    }

    private static SensingOptions Read(string file)
    {
        try
        {
            IConfiguration configuration = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(file), optional: false).Build();
            SensingOptions sensing = NodeSections.Sensing(configuration);
            if (sensing.Sensors.Count == 0)
            {
                throw new CommandFailure(ExitCode.WrongUse, $"{file}: Sensing:Sensors is empty; 'edgedepin sensors sample bme280' prints one.");
            }

            OpenSensors.CheckNames(sensing);
            return sensing;
        }
        catch (OptionsException error)
        {
            throw new CommandFailure(ExitCode.WrongUse, $"{file}: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or FormatException or InvalidDataException)
        {
            throw new CommandFailure(ExitCode.WrongUse, $"{file}: {error.GetBaseException().Message}", error);
        }
    }
}
