using EdgeDePin.EdgeHub;
using EdgeDePin.Node;
using EdgeDePin.Sensors.Buses;
using Microsoft.Extensions.Logging;

// Reads the sensors of a device and hands their readings to its hub. Nothing else runs here.
return await ModuleProcess.RunAsync(args, HubOutputs.SensorModule, async module =>
{
    NodeOptions node = module.Options<NodeOptions>("Node");
    SensingOptions sensing = module.Options<SensingOptions>("Sensing");
    HubOptions hub = module.Options<HubOptions>("Hub");

    using OpenSensors sensors = OpenSensors.Of(sensing, SensorBuses.Linux, module.Time);
    await using ModuleClient client = HubClient.Create(hub, module.Module, module.Time, module.Random, module.Logs);
    ILogger log = module.Logs.CreateLogger(node.Name);
    module.Running(log, node);
    await new Sensing(node, sensors.Scheduled, client, module.Time, log).RunAsync(module.Stopping);
});
