using EdgeDePin.EdgeHub;
using EdgeDePin.Node;
using EdgeDePin.Storage;
using EdgeDePin.Storage.Forwarding;
using EdgeDePin.Web;
using Microsoft.Extensions.Logging;

// Keeps what the hub brings, replicates it to InfluxDB, and shows it. Nothing foreign runs here.
return await ModuleProcess.RunAsync(args, HubOutputs.TelemetryModule, async module =>
{
    NodeOptions node = module.Options<NodeOptions>("Node");
    HubOptions hub = module.Options<HubOptions>("Hub");
    InfluxOptions influx = module.Options<InfluxOptions>("Influx");
    StoreOptions keeping = module.Options<StoreOptions>("Store");
    HttpOptions http = module.Options<HttpOptions>("Http");

    ILogger log = module.Logs.CreateLogger(node.Name);
    keeping.Folder = node.DataFolder;
    using Store store = Store.Open(keeping, module.Time, log);
    using Forwarder? forwarder = Replication.To(influx, store, module.Time, module.Random, log);
    await using ModuleClient client = HubClient.Create(hub, module.Module, module.Time, module.Random, module.Logs);
    await using NodePage page = await NodePage.StartAsync(http.Port, node.Site, node.Name, store, module.Time);
    module.Running(log, node);
    Console.WriteLine($"page: {page.Url}");
    await new Telemetry(node, store, forwarder, client, module.Time, log).RunAsync(module.Stopping);
});
